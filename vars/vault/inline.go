package vault

import "strings"

// inlineIndent stands before each line of data that is a value in a YAML file.
const inlineIndent = "          "

// Inline gives vault data as a value of YAML, and as that of a variable if it has a name. The last line has no end.
func Inline(name string, data []byte) string {
	var b strings.Builder
	if name != "" {
		b.WriteString(name + ": ")
	}
	b.WriteString("!vault |")
	for line := range strings.Lines(string(data)) {
		b.WriteString("\n" + inlineIndent + strings.TrimRight(line, "\n"))
	}
	return b.String()
}
