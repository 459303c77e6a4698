// Package archtest keeps the architecture: its tests fail on an import that no row of the
// table in imports.go allows, and on a file that breaks a rule of the repository (rules.go).
//
// A package that is new, or needs another one, gets its row, with the reason. If the reason
// is hard to write, the import is likely wrong.
package archtest
