// Package console is a prompt at a terminal: lines with editing, a history that outlives it, and completion by the tab key.
//
// It knows nothing of what a line means: a [Prompt] is handed what evaluates a line and what can stand in one. [Format] writes a value for
// people and programs to read.
package console
