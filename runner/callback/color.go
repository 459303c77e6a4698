package callback

import (
	"fmt"
	"strconv"
	"strings"
)

// codes are the terminal's codes of the named colours.
var codes = map[string]string{
	"black": "0;30", "bright gray": "0;37", "blue": "0;34", "white": "1;37", "green": "0;32", "bright blue": "1;34", "cyan": "0;36",
	"bright green": "1;32", "red": "0;31", "bright cyan": "1;36", "purple": "0;35", "bright red": "1;31", "yellow": "0;33",
	"bright purple": "1;35", "dark gray": "1;30", "bright yellow": "1;33", "magenta": "0;35", "bright magenta": "1;35", "normal": "0",
}

// code gives the terminal's code of a colour by name, or "".
func code(name string) string {
	if c, ok := codes[name]; ok {
		return c
	}
	switch {
	case strings.HasPrefix(name, "color"):
		if n, err := strconv.Atoi(name[len("color"):]); err == nil {
			return fmt.Sprintf("38;5;%d", n)
		}
	case strings.HasPrefix(name, "rgb") && len(name) == len("rgb255"):
		r, g, b := int(name[3]-'0'), int(name[4]-'0'), int(name[5]-'0')
		return fmt.Sprintf("38;5;%d", 16+36*r+6*g+b)
	case strings.HasPrefix(name, "gray"):
		if n, err := strconv.Atoi(name[len("gray"):]); err == nil {
			return fmt.Sprintf("38;5;%d", 232+n)
		}
	}
	return ""
}

// paint colours each line of a text by itself, so that a pager can cut between them.
func paint(text, color string) string {
	c := code(color)
	if c == "" {
		return text
	}
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = "\x1b[" + c + "m" + l + "\x1b[0m"
	}
	return strings.Join(lines, "\n")
}
