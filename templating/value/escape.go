package value

import "strings"

var htmlEscaper = strings.NewReplacer("&", "&amp;", ">", "&gt;", "<", "&lt;", "'", "&#39;", `"`, "&#34;")

// EscapeHTML replaces the characters that HTML gives a meaning.
func EscapeHTML(s string) string { return htmlEscaper.Replace(s) }
