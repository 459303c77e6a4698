package inventory

import (
	"github.com/dlclark/regexp2"
)

// compilePython compiles what Go's regular expressions do not know and Python's do: look-around and back-references.
func compilePython(expr, source string) (func(string) bool, error) {
	re, err := regexp2.Compile(source, regexp2.None)
	if err != nil {
		return nil, said("Invalid host list pattern: %s", expr)
	}
	return func(s string) bool {
		ok, err := re.MatchString(s)
		return ok && err == nil
	}, nil
}
