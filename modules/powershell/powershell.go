// Package powershell has goplay's own modules for Windows hosts, and what runs them there: one text that stays on a host, and whose parts are
// files of this folder. They are written for PowerShell 5.1 and later.
package powershell

import (
	"embed"
	"path"
	"strings"
	"sync"
)

//go:embed *.ps1 modules/*.ps1
var files embed.FS

// modules are the names of the modules, with their full names.
var modules = sync.OnceValue(func() map[string]string {
	entries, _ := files.ReadDir("modules") // it is embedded
	names := map[string]string{}
	for _, e := range entries {
		short := strings.TrimSuffix(e.Name(), ".ps1")
		names[short] = short
		names["ansible.windows."+short] = short
	}
	for _, builtin := range []string{"async_status", "setup", "slurp"} {
		names["ansible.builtin."+builtin], names["ansible.legacy."+builtin] = builtin, builtin
	}
	return names
})

// Find gives the short name of a module that there is here.
func Find(name string) (short string, ok bool) {
	short, ok = modules()[name]
	return short, ok
}

// Names are the short names of the modules that playbooks can use.
func Names() (names []string) {
	entries, _ := files.ReadDir("modules") // it is embedded
	for _, e := range entries {
		if short := strings.TrimSuffix(e.Name(), ".ps1"); !strings.HasPrefix(short, "goplay_") {
			names = append(names, short)
		}
	}
	return names
}

// Bundle is the text that stays on a host: a script that runs a call, or gives what runs calls and answers by a writer.
var Bundle = sync.OnceValue(func() string {
	var b strings.Builder
	b.WriteString("param($Out, [string]$Request, [int]$Runspaces)\n$Modules = @{}\n")
	entries, _ := files.ReadDir("modules") // it is embedded
	for _, e := range entries {
		b.WriteString("$Modules['" + strings.TrimSuffix(e.Name(), ".ps1") + "'] = " + quoted(path.Join("modules", e.Name())))
	}
	b.WriteString("$Runtime = " + quoted("runtime.ps1") + "$Modules['goplay_runtime'] = $Runtime\n")
	b.WriteString(read("serve.ps1"))
	return b.String()
})

func read(name string) string {
	text, err := files.ReadFile(name)
	if err != nil {
		panic(err) // it is embedded
	}
	return string(text)
}

// quoted gives a file as a text of PowerShell, which must have no line that begins with '@.
func quoted(name string) string { return "@'\n" + read(name) + "'@\n" }
