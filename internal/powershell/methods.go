package powershell

import (
	"fmt"
	"strings"
)

// method calls a method of a value.
func (r *runspace) method(of any, name string, args []any) (any, error) {
	low := strings.ToLower(name)
	switch low {
	case "gettype":
		return &Type{typeOf(of)}, nil
	case "tostring":
		if o, ok := of.(*Object); !ok || o.methods["tostring"] == nil {
			return Text(of), nil
		}
	}
	switch of := of.(type) {
	case nil:
		return nil, throw("System.Management.Automation.RuntimeException", "You cannot call a method on a null-valued expression.")
	case string:
		return ofText(of, low, args)
	case rune:
		return ofText(string(of), low, args)
	case *Hash:
		return ofHash(of, low, args)
	case *Array:
		return ofArray(of, low, args)
	case *Object:
		if m := of.methods[low]; m != nil {
			return m(args)
		}
	}
	return nil, throw("System.Management.Automation.RuntimeException", "Method invocation failed because [%s] does not contain a method named '%s'.", typeOf(of), name)
}

func ofText(s, name string, args []any) (any, error) {
	first, second := "", ""
	if len(args) > 0 {
		first = Text(args[0])
	}
	if len(args) > 1 {
		second = Text(args[1])
	}
	switch name {
	case "trim":
		return strings.TrimSpace(s), nil
	case "trimend":
		if first == "" {
			return strings.TrimRight(s, " \t\r\n"), nil
		}
		return strings.TrimRight(s, first), nil
	case "tolower", "tolowerinvariant":
		return strings.ToLower(s), nil
	case "toupper", "toupperinvariant":
		return strings.ToUpper(s), nil
	case "replace":
		return strings.ReplaceAll(s, first, second), nil
	case "startswith":
		return strings.HasPrefix(s, first), nil
	case "endswith":
		return strings.HasSuffix(s, first), nil
	case "contains":
		return strings.Contains(s, first), nil
	case "indexof":
		return strings.Index(s, first), nil
	case "split":
		return texts(strings.Split(s, first)), nil
	case "substring":
		from, _ := number(args[0])
		letters := []rune(s)
		if len(args) == 1 {
			return string(letters[int(from):]), nil
		}
		length, _ := number(args[1])
		return string(letters[int(from) : int(from)+int(length)]), nil
	}
	return nil, fmt.Errorf("powershell: a text's method %s is not known here", name)
}

func ofHash(h *Hash, name string, args []any) (any, error) {
	switch name {
	case "get_keys":
		return texts(append([]string{}, h.keys...)), nil
	case "get_values":
		a := &Array{}
		for _, k := range h.keys {
			v, _ := h.Get(k)
			a.Items = append(a.Items, v)
		}
		return a, nil
	case "get_count":
		return len(h.keys), nil
	case "contains", "containskey":
		_, found := h.Get(Text(args[0]))
		return found, nil
	case "remove":
		h.Remove(Text(args[0]))
		return void{}, nil
	case "add":
		h.Set(Text(args[0]), args[1])
		return void{}, nil
	}
	if strings.HasPrefix(name, "get_") {
		return nil, nil
	}
	return nil, fmt.Errorf("powershell: a hashtable's method %s is not known here", name)
}

func ofArray(a *Array, name string, args []any) (any, error) {
	switch name {
	case "add":
		a.Items = append(a.Items, args[0])
		return len(a.Items) - 1, nil
	case "contains":
		return has(a, args[0]), nil
	}
	return nil, fmt.Errorf("powershell: a list's method %s is not known here", name)
}
