package powershell

import (
	"fmt"
	"strings"
)

// value evaluates an expression, or a statement for what it gives out.
func (r *runspace) value(s *scope, n node) (any, error) {
	switch n := n.(type) {
	case literal:
		return n.value, nil
	case variable:
		return r.variable(s, n), nil
	case text:
		return r.text(s, n)
	case list:
		return r.list(s, n.items)
	case array:
		var out []any
		err := r.statements(s, n.body, &out)
		if b, ok := one(out).([]byte); ok {
			out = numbersOf(b)
		}
		return &Array{out}, err
	case sub:
		var out []any
		err := r.statements(s, n.body, &out)
		return one(out), err
	case paren:
		if a, ok := n.body.(*assign); ok { // what is assigned is a value, too
			if err := r.assign(s, a); err != nil {
				return nil, err
			}
			return r.value(s, a.to)
		}
		return r.value(s, n.body)
	case hash:
		return r.hash(s, n)
	case script:
		return &Script{n.body, s}, nil
	case typeName:
		return &Type{fullType(n.name)}, nil
	case *cast:
		v, err := r.value(s, n.value)
		if err != nil {
			return nil, err
		}
		return r.convert(v, n.typ)
	case *unary:
		return r.unary(s, n)
	case *operation:
		return r.binary(s, n)
	case *member:
		return r.member(s, n)
	case *index:
		return r.index(s, n)
	case *count:
		old, err := r.value(s, n.of)
		if err != nil {
			return nil, err
		}
		v, _ := number(old)
		return old, r.assignTo(s, n.of, whole(v+float64(n.by)))
	}
	return r.collect(s, n)
}

// numbersOf gives bytes one by one.
func numbersOf(b []byte) (all []any) {
	for _, e := range b {
		all = append(all, int(e))
	}
	return all
}

func (r *runspace) variable(s *scope, n variable) any {
	switch name := strings.ToLower(n.name); {
	case n.scope == "env":
		return r.machine.getenv(n.name)
	case n.scope == "script" || n.scope == "global":
		return r.global.vars[name]
	case name == "true":
		return true
	case name == "false":
		return false
	case name == "null":
		return nil
	default:
		v, _ := s.find(name)
		return v
	}
}

func (r *runspace) text(s *scope, n text) (any, error) {
	var b strings.Builder
	for _, part := range n.parts {
		v, err := r.value(s, part)
		if err != nil {
			return nil, err
		}
		b.WriteString(Text(v))
	}
	return b.String(), nil
}

func (r *runspace) list(s *scope, nodes []node) (any, error) {
	a := &Array{}
	for _, n := range nodes {
		v, err := r.value(s, n)
		if err != nil {
			return nil, err
		}
		a.Items = append(a.Items, v)
	}
	return a, nil
}

func (r *runspace) hash(s *scope, n hash) (any, error) {
	h := &Hash{}
	for i, k := range n.keys {
		key, err := r.value(s, k)
		if err != nil {
			return nil, err
		}
		v, err := r.value(s, n.values[i])
		if err != nil {
			return nil, err
		}
		h.Set(Text(key), v)
	}
	return h, nil
}

func (r *runspace) unary(s *scope, n *unary) (any, error) {
	v, err := r.value(s, n.value)
	if err != nil {
		return nil, err
	}
	switch n.op {
	case "-not":
		return !truth(v), nil
	case "-join":
		return joined(v, ""), nil
	case "-split":
		return texts(strings.Fields(Text(v))), nil
	case "-":
		f, _ := number(v)
		return whole(-f), nil
	case "-bnot":
		f, _ := number(v)
		return ^int(f), nil
	}
	return nil, fmt.Errorf("powershell: the operator %s is not known", n.op)
}

func joined(v any, with string) string {
	var words []string
	for _, e := range items(v) {
		words = append(words, Text(e))
	}
	return strings.Join(words, with)
}

func texts(words []string) *Array {
	a := &Array{}
	for _, w := range words {
		a.Items = append(a.Items, w)
	}
	return a
}

func (r *runspace) binary(s *scope, n *operation) (any, error) {
	left, err := r.value(s, n.left)
	if err != nil {
		return nil, err
	}
	switch n.op {
	case "-and":
		if !truth(left) {
			return false, nil
		}
	case "-or":
		if truth(left) {
			return true, nil
		}
	}
	right, err := r.value(s, n.right)
	if err != nil {
		return nil, err
	}
	switch n.op {
	case "-and", "-or":
		return truth(right), nil
	case "-xor":
		return truth(left) != truth(right), nil
	case "+", "-", "*", "/", "%":
		return arithmetic(n.op, left, right)
	case "-f":
		return format(Text(left), items(right))
	case "-as":
		v, err := r.convert(left, right.(*Type).Name)
		if err != nil {
			return nil, nil
		}
		return v, nil
	}
	return r.compare(s, n.op, left, right)
}

// arithmetic computes, and puts texts, lists and hashtables together.
func arithmetic(op string, left, right any) (any, error) {
	if op == "+" {
		switch l := left.(type) {
		case string:
			return l + Text(right), nil
		case rune:
			return string(l) + Text(right), nil
		case *Array:
			return &Array{append(append([]any{}, l.Items...), items(right)...)}, nil
		case *Hash:
			return merged(l, right)
		case nil:
			return right, nil
		}
	}
	if l, ok := left.(string); ok && op == "*" {
		n, _ := number(right)
		return strings.Repeat(l, int(n)), nil
	}
	if l, ok := left.(*Object); ok && op == "-" && l.methods["op_subtract"] != nil {
		return l.methods["op_subtract"]([]any{right})
	}
	a, okA := number(left)
	b, okB := number(right)
	if !okA || !okB {
		return nil, throw("System.Management.Automation.RuntimeException", "Cannot compute %q %s %q", Text(left), op, Text(right))
	}
	switch op {
	case "+":
		return whole(a + b), nil
	case "-":
		return whole(a - b), nil
	case "*":
		return whole(a * b), nil
	case "/":
		if b == 0 {
			return nil, throw("System.DivideByZeroException", "Attempted to divide by zero.")
		}
		return whole(a / b), nil
	}
	return int(a) % int(b), nil
}

func merged(l *Hash, right any) (any, error) {
	h := &Hash{}
	for _, from := range []any{l, right} {
		f, ok := from.(*Hash)
		if !ok {
			return nil, throw("System.Management.Automation.RuntimeException", "A hash table can only be added to another hash table.")
		}
		for _, k := range f.keys {
			v, _ := f.Get(k)
			h.Set(k, v)
		}
	}
	return h, nil
}

func (r *runspace) index(s *scope, n *index) (any, error) {
	of, err := r.value(s, n.of)
	if err != nil {
		return nil, err
	}
	at, err := r.value(s, n.at)
	if err != nil {
		return nil, err
	}
	if several, ok := at.(*Array); ok {
		var out []any
		for _, one := range several.Items {
			v, err := indexed(of, one)
			if err != nil {
				return nil, err
			}
			out = append(out, v)
		}
		return &Array{out}, nil
	}
	return indexed(of, at)
}

func indexed(of, at any) (any, error) {
	f, isNumber := number(at)
	i := int(f)
	switch of := of.(type) {
	case nil:
		return nil, throw("System.Management.Automation.RuntimeException", "Cannot index into a null array.")
	case *Hash:
		v, _ := of.Get(Text(at))
		return v, nil
	case *Object:
		v, _ := of.Fields.Get(Text(at))
		return v, nil
	case string:
		if letters := []rune(of); isNumber && i < len(letters) && i >= -len(letters) {
			return letters[(i+len(letters))%len(letters)], nil
		}
	case []byte:
		if isNumber && i < len(of) && i >= -len(of) {
			return int(of[(i+len(of))%len(of)]), nil
		}
	case *Array:
		if isNumber && i < len(of.Items) && i >= -len(of.Items) {
			return of.Items[(i+len(of.Items))%len(of.Items)], nil
		}
	}
	return nil, nil
}

func (r *runspace) setIndex(s *scope, n *index, v any) error {
	of, err := r.value(s, n.of)
	if err != nil {
		return err
	}
	at, err := r.value(s, n.at)
	if err != nil {
		return err
	}
	f, _ := number(at)
	switch of := of.(type) {
	case *Hash:
		of.Set(Text(at), v)
		return nil
	case *Object:
		of.Fields.Set(Text(at), v)
		return nil
	case *Array:
		if int(f) < len(of.Items) {
			of.Items[int(f)] = v
			return nil
		}
	}
	return throw("System.IndexOutOfRangeException", "Index was outside the bounds of the array.")
}

func (r *runspace) setMember(s *scope, n *member, v any) error {
	of, err := r.value(s, n.of)
	if err != nil {
		return err
	}
	name, err := r.value(s, n.name)
	if err != nil {
		return err
	}
	switch of := of.(type) {
	case *Hash:
		of.Set(Text(name), v)
		return nil
	case *Object:
		if m := of.methods["set_"+strings.ToLower(Text(name))]; m != nil {
			_, err := m([]any{v})
			return err
		}
		of.Fields.Set(Text(name), v)
		return nil
	case *Type:
		return r.machine.setStatic(of.Name, Text(name), v)
	}
	return throw("System.Management.Automation.RuntimeException", "The property '%s' cannot be found on this object.", Text(name))
}

func (r *runspace) member(s *scope, n *member) (any, error) {
	of, err := r.value(s, n.of)
	if err != nil {
		return nil, err
	}
	name, err := r.value(s, n.name)
	if err != nil {
		return nil, err
	}
	var args []any
	for _, a := range n.args {
		v, err := r.value(s, a)
		if err != nil {
			return nil, err
		}
		args = append(args, v)
	}
	if n.static {
		t, ok := of.(*Type)
		if !ok {
			return nil, fmt.Errorf("powershell: %s is no type", Text(of))
		}
		return r.static(t.Name, Text(name), args, n.call)
	}
	if n.call {
		return r.method(of, Text(name), args)
	}
	return r.property(of, Text(name))
}

// property gives a property; that of an array which it does not have is that of its elements.
func (r *runspace) property(of any, name string) (any, error) {
	low := strings.ToLower(name)
	switch of := of.(type) {
	case nil:
		return nil, nil
	case string:
		if low == "length" {
			return len([]rune(of)), nil
		}
	case []byte:
		if low == "length" || low == "count" {
			return len(of), nil
		}
	case *Hash:
		if v, found := of.Get(name); found {
			return v, nil
		}
		return r.method(of, "get_"+name, nil)
	case *Array:
		if low == "count" || low == "length" {
			return len(of.Items), nil
		}
		var out []any
		for _, e := range of.Items {
			v, err := r.property(e, name)
			if err != nil {
				return nil, err
			}
			if v != nil {
				emit(&out, v)
			}
		}
		return one(out), nil
	case *Object:
		if m := of.methods["get_"+low]; m != nil {
			return m(nil)
		}
		v, _ := of.Fields.Get(name)
		return v, nil
	case *Type:
		switch low {
		case "fullname":
			return of.Name, nil
		case "name":
			return of.Name[strings.LastIndexByte(of.Name, '.')+1:], nil
		}
	}
	if low == "count" || low == "length" {
		return 1, nil
	}
	return nil, nil
}
