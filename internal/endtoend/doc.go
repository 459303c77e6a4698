// Package endtoend runs the goplay binary against what goes wrong in the field: refused logins, wrong passwords, targets without
// Python or without room, lines that break, huge and odd output, signals, mistakes in files, unusual surroundings, and secrets that
// must not show. Texts and exit codes are those that the reference was seen to give.
//
// Tests against hosts use internal/lab and are skipped, with the reason, where labs can't run; in CI they must run.
package endtoend
