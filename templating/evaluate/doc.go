// Package evaluate answers requests to evaluate templates, one line of JSON each, as `goplay eval --json` does for editors, tests and CI.
//
//	{"template": "{{ a + 1 }}", "context": {"a": 1}}
//	{"value": 2, "text": "2", "type": "int"}
//
// A request is an object with these members:
//
//	template   the text to evaluate; or else
//	templates  texts by name, which include, import and extends find too, and
//	entry      the name of the one to evaluate
//	context    the variables
//	globals    names that exist in every template, imported ones included
//	options    dialect and more, see below
//
// Members with other names are the sender's own; one that looks like a mistyped name is an error.
//
// The dialect "ansible", which is the standard one, evaluates as ansible-core does: text of the context with markers in it is a template, an
// object {"__ansible_unsafe": "text"} is text that is none. Its options are those of "jinja2" that concern delimiters and whitespace.
// The dialect "jinja2" is plain Jinja2, its options are an Environment's: undefined ("default", "strict", "chainable", "debug"), native,
// autoescape, extensions ("do", "loopcontrols", "debug", with or without "jinja2.ext."), delimiters and whitespace. Null is an option's default.
//
// The answer's value is what JSON has for it, its text Python's str of it, its type Python's name of that. An error's kind is the name of
// Jinja2's, Python's or ansible-core's exception; "RequestError" is a request that cannot be understood. Its line and column are those in
// the template, counted from 1, and null where the place is unknown; its template is the name of the one that they are in, where that has a name.
//
// Requests know nothing of each other: each is evaluated by a language of its own in which nothing is compiled or set yet.
package evaluate
