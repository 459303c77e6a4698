package jsonschema

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/goplay/goplay/templating/value"
)

func trimFragment(address string) string { return strings.TrimSuffix(address, "#") }

// resolve gives the schema that a reference means: one of the same document.
func (c *checker) resolve(ref string) (value.Value, error) {
	address, fragment, _ := strings.Cut(ref, "#")
	doc := c.root
	if address != "" {
		found, ok := identified(c.root, address)
		if !ok {
			return nil, fmt.Errorf("unresolvable reference %s: schemas of other documents are not fetched", ref)
		}
		doc = found
	}
	if fragment == "" {
		return doc, nil
	}
	if strings.HasPrefix(fragment, "/") {
		return pointed(doc, fragment)
	}
	if s, ok := anchored(doc, fragment); ok {
		return s, nil
	}
	return nil, value.Errorf("RefResolutionError", "Unresolvable JSON pointer: %s", value.Repr(value.String(fragment)))
}

// pointed follows a JSON pointer (RFC 6901).
func pointed(v value.Value, pointer string) (value.Value, error) {
	for part := range strings.SplitSeq(pointer[1:], "/") {
		name, err := url.PathUnescape(part)
		if err != nil {
			name = part
		}
		name = strings.NewReplacer("~1", "/", "~0", "~").Replace(name)
		next, ok := step(v, name)
		if !ok {
			return nil, value.Errorf("RefResolutionError", "Unresolvable JSON pointer: %s", value.Repr(value.String(pointer[1:])))
		}
		v = next
	}
	return v, nil
}

func step(v value.Value, name string) (value.Value, bool) {
	switch v := v.(type) {
	case value.Mapping:
		return v.Lookup(name)
	case *value.List:
		i, err := strconv.Atoi(name)
		if err != nil || i < 0 || i >= v.Len() {
			return nil, false
		}
		return v.Elems[i], true
	}
	return nil, false
}

// identified finds the schema with an id, as it is written or behind the path of the one around it.
func identified(v value.Value, address string) (value.Value, bool) {
	return find(v, func(m value.Mapping) bool {
		for _, key := range []string{"$id", "id"} {
			if id, ok := m.Lookup(key); ok {
				t := trimFragment(id.String())
				if t == address || strings.HasSuffix(address, "/"+t) || strings.HasSuffix(t, "/"+address) {
					return true
				}
			}
		}
		return false
	}, 0)
}

func anchored(v value.Value, name string) (value.Value, bool) {
	return find(v, func(m value.Mapping) bool {
		for key, want := range map[string]string{"$anchor": name, "$dynamicAnchor": name, "$id": "#" + name, "id": "#" + name} {
			if t, ok := m.Lookup(key); ok && t.String() == want {
				return true
			}
		}
		return false
	}, 0)
}

func find(v value.Value, is func(m value.Mapping) bool, depth int) (value.Value, bool) {
	if depth > maxDepth {
		return nil, false
	}
	switch v := v.(type) {
	case value.Mapping:
		if is(v) {
			return v, true
		}
		for _, e := range v.All() {
			if s, ok := find(e, is, depth+1); ok {
				return s, true
			}
		}
	case *value.List:
		for _, e := range v.Elems {
			if s, ok := find(e, is, depth+1); ok {
				return s, true
			}
		}
	}
	return nil, false
}
