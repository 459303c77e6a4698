package test

import (
	"math/big"
	"regexp"
	"strings"

	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/value"
)

func versionRows() []row {
	return []row{
		{name: "version", params: "version, operator='eq', strict=None, version_type=None", run: version},
	}
}

var versionOperators = map[string]string{
	"==": "==", "=": "==", "eq": "==", "<": "<", "lt": "<", "<=": "<=", "le": "<=", ">": ">", "gt": ">", ">=": ">=", "ge": ">=",
	"!=": "!=", "<>": "!=", "ne": "!=",
}

const versionOperatorNames = "'==', '=', 'eq', '<', 'lt', '<=', 'le', '>', 'gt', '>=', 'ge', '!=', '<>', 'ne'"

func version(s *eval.State, in value.Value, a []value.Value) (bool, error) {
	kind := "loose"
	switch {
	case a[2] != value.Value(value.None) && a[3] != value.Value(value.None):
		return false, value.Errorf("AnsibleFilterError", "Cannot specify both 'strict' and 'version_type'")
	case a[3] != value.Value(value.None):
		kind = a[3].String()
	case a[2].Truth():
		kind = "strict"
	}
	x, y := in.String(), a[0].String()
	if x == "" {
		return false, value.Errorf("AnsibleFilterError", "Input version value cannot be empty")
	}
	if y == "" {
		return false, value.Errorf("AnsibleFilterError", "Version parameter to compare against cannot be empty")
	}
	op, ok := versionOperators[a[1].String()]
	if !ok {
		return false, value.Errorf("AnsibleFilterError", "Invalid operator type (%s). Must be one of %s", a[1], versionOperatorNames)
	}
	compare, ok := versionSchemes[kind]
	if !ok {
		return false, value.Errorf("AnsibleFilterError", "Invalid version type (%s). Must be one of 'loose', 'strict', 'semver', 'semantic', 'pep440'", kind)
	}
	c, err := compare(x, y)
	if err != nil {
		return false, value.Errorf("AnsibleFilterError", "Version comparison failed: %s", err)
	}
	return holds(op, c), nil
}

func holds(op string, c int) bool {
	switch op {
	case "==":
		return c == 0
	case "!=":
		return c != 0
	case "<":
		return c < 0
	case "<=":
		return c <= 0
	case ">":
		return c > 0
	}
	return c >= 0
}

var versionSchemes = map[string]func(x, y string) (int, error){
	"loose": compareLoose, "strict": compareStrict, "semver": compareSemantic, "semantic": compareSemantic, "pep440": comparePEP440,
}

var loosePart = regexp.MustCompile(`\d+|[a-z]+|\.`)

// LooseVersion splits a version into numbers and words, as distutils' LooseVersion did.
func LooseVersion(v string) value.Tuple {
	var parts value.Tuple
	last := 0
	add := func(s string) {
		if s == "" || s == "." {
			return
		}
		if n, ok := new(big.Int).SetString(s, 10); ok {
			parts = append(parts, value.NewInt(n))
			return
		}
		parts = append(parts, value.String(s))
	}
	for _, m := range loosePart.FindAllStringIndex(v, -1) {
		add(v[last:m[0]])
		add(v[m[0]:m[1]])
		last = m[1]
	}
	add(v[last:])
	return parts
}

func compareLoose(x, y string) (int, error) {
	a, b := LooseVersion(x), LooseVersion(y)
	if value.Equal(a, b) {
		return 0, nil
	}
	return value.Compare(a, b)
}

var strictVersion = regexp.MustCompile(`^(\d+)\.(\d+)(\.(\d+))?([ab](\d+))?$`)

func compareStrict(x, y string) (int, error) {
	var keys [2]value.Tuple
	for i, v := range []string{x, y} {
		m := strictVersion.FindStringSubmatch(v)
		if m == nil {
			return 0, value.ValueError("invalid version number '%s'", v)
		}
		pre := "z" // a release stands behind its pre-releases
		if m[5] != "" {
			pre = m[5][:1]
		}
		keys[i] = value.Tuple{number(m[1]), number(m[2]), number(m[4]), value.String(pre), number(m[6])}
	}
	return value.Compare(keys[0], keys[1])
}

func number(s string) value.Value {
	n, ok := new(big.Int).SetString(s, 10)
	if !ok {
		return value.Int(0)
	}
	return value.NewInt(n)
}

var semanticVersion = regexp.MustCompile(`^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$`)

func compareSemantic(x, y string) (int, error) {
	var core [2]value.Tuple
	var pre [2]string
	for i, v := range []string{x, y} {
		m := semanticVersion.FindStringSubmatch(v)
		if m == nil {
			return 0, value.ValueError("invalid semantic version '%s'", v)
		}
		core[i] = value.Tuple{number(m[1]), number(m[2]), number(m[3])}
		pre[i] = m[4]
	}
	c, err := value.Compare(core[0], core[1])
	if err != nil || c != 0 {
		return c, err
	}
	switch {
	case pre[0] == pre[1]:
		return 0, nil
	case pre[0] == "":
		return 1, nil
	case pre[1] == "":
		return -1, nil
	}
	return value.Compare(semanticPre(pre[0]), semanticPre(pre[1]))
}

// semanticPre makes pre-release parts comparable: numbers stand before words.
func semanticPre(s string) value.Tuple {
	var t value.Tuple
	for _, p := range strings.Split(s, ".") {
		if n, ok := new(big.Int).SetString(p, 10); ok {
			t = append(t, value.Tuple{value.Int(0), value.NewInt(n), value.String("")})
		} else {
			t = append(t, value.Tuple{value.Int(1), value.Int(0), value.String(p)})
		}
	}
	return t
}

var pep440 = regexp.MustCompile(`(?i)^\s*v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?(\d*))?(?:-(\d+)|[-_.]?(post|rev|r)[-_.]?(\d*))?(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?\s*$`)

func comparePEP440(x, y string) (int, error) {
	var keys [2]value.Tuple
	for i, v := range []string{x, y} {
		m := pep440.FindStringSubmatch(v)
		if m == nil {
			return 0, value.ValueError("Invalid version: '%s'", v)
		}
		keys[i] = pep440Key(m)
	}
	return value.Compare(keys[0], keys[1])
}

// pep440Key makes a version comparable: epoch, release without trailing zeros, pre-release, post-release, development release, local part.
func pep440Key(m []string) value.Tuple {
	var release value.Tuple
	for _, p := range strings.Split(m[2], ".") {
		release = append(release, number(p))
	}
	for len(release) > 1 && value.Equal(release[len(release)-1], value.Int(0)) {
		release = release[:len(release)-1]
	}
	hasPost := m[5] != "" || m[6] != ""
	hasDev := m[8] != ""
	pre := value.Tuple{value.Int(9), value.Int(0)} // no pre-release: behind all of them
	switch {
	case m[3] != "":
		phase := map[byte]value.Int{'a': 1, 'b': 2, 'c': 3, 'r': 3, 'p': 3}[strings.ToLower(m[3])[0]]
		pre = value.Tuple{phase, number(m[4])}
	case hasDev && !hasPost:
		pre = value.Tuple{value.Int(0), value.Int(0)}
	}
	post := value.Value(value.Int(-1))
	if hasPost {
		post = number(m[5] + m[7])
	}
	dev := value.Tuple{value.Int(1), value.Int(0)}
	if hasDev {
		dev = value.Tuple{value.Int(0), number(m[9])}
	}
	var local value.Tuple
	for _, p := range strings.FieldsFunc(strings.ToLower(m[10]), func(r rune) bool { return strings.ContainsRune("-_.", r) }) {
		if n, ok := new(big.Int).SetString(p, 10); ok {
			local = append(local, value.Tuple{value.Int(1), value.NewInt(n), value.String("")})
		} else {
			local = append(local, value.Tuple{value.Int(0), value.Int(0), value.String(p)})
		}
	}
	return value.Tuple{number(m[1]), release, pre, post, dev, local}
}
