// Package templating evaluates Jinja2 as Ansible uses it. It needs nothing else of goplay's and can be used alone.
//
// # Values
//
// Templates compute with the values of package [value], which are Python's: None, booleans, integers of any size, floats, text, bytes,
// lists, tuples, ordered dicts, sets, and undefined with the name that was missing. [value.FromJSON] and [value.DictOf] make them, a
// type switch takes them apart, and [value.Repr] shows them as Python does.
//
// Text is of two kinds. A [value.String] is data: it is never a template, whatever it contains. A *[value.Template] is text that a user wrote;
// it is evaluated when it is read. [Trusted] makes one of a user's text, and [ExprTemplate] of a bare expression such as a `when`. What
// comes from a machine, a file or a database stays a String, so that nobody can smuggle code into a template through data.
//
// # Engine, Scope and Context
//
// An [Engine] holds Jinja2's and Ansible's filters, tests, global functions and lookups, and what it compiled. It is safe for concurrent use, and
// so is a template: it is parsed into a tree with positions and compiled once, and then evaluated from many goroutines without locks.
//
// A [Scope] supplies variables as they were written. They may be templates themselves, or hold some at any depth; each is evaluated when something
// asks for it, at most once. A [Context] is one view of a scope, such as one host's in one task, and belongs to one goroutine.
// [Context.With] puts more variables on top, such as the item of a loop. An [Env] says what templates can reach beside variables: folders,
// vault secrets, settings; the zero Env gives nothing away but the lookups that run commands and read files.
//
// # Evaluating
//
//   - [Context.Resolve] evaluates every template in a value. A lone {{ expression }} keeps its type, everything else becomes text; entries that are
//     omitted ({{ omit }}) disappear.
//   - [Context.Condition] evaluates a conditional by ansible-core's rules: the result must be a boolean.
//   - [Context.Expression] evaluates a bare expression, and [Context.Variable] reads one variable.
//   - [Context.RenderFile] renders a file as the template module does, with includes, imports and inheritance, other delimiters and rules for
//     whitespace ([FileOptions], or a `#jinja2:` line in the file).
//   - [Context.Lenient] and [Context.Shown] evaluate for display: what fails is shown in its place.
//   - [Context.Lookup] runs a lookup plugin.
//
// # Errors
//
// An error has Ansible's message, the place of the template that failed (file, line and column), and for a name that does not exist the nearest one
// that does. An [UndefinedError] is in the chain of errors where something was undefined.
//
// # Hostile templates
//
// Attributes with underscores are out of reach, as in Jinja2's sandbox. Evaluation is bounded: in steps, in the memory of what it makes, in the
// length of text, lists and integers, in depth, and in the time of regular expressions. What goes beyond is an error.
//
// # Packages below
//
// Package syntax reads templates into trees. Package eval compiles and runs them, in Ansible's language or in plain Jinja2's
// with all of its options. Packages filter, test and lookup hold the plugins, method the methods of Python's types, format the % operator and
// str.format, regex Python's regular expressions, yaml PyYAML's output.
package templating
