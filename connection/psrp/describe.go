package psrp

import "github.com/goplay/goplay/connection/psrp/clixml"

// capability is what this side can do: protocol 2.3 is that of PowerShell 5.1, which 2.2 and 2.1 are understood by as well.
func capability() *clixml.Object {
	return clixml.NewObject(
		clixml.Property{Name: "protocolversion", Value: clixml.Version("2.3")},
		clixml.Property{Name: "PSVersion", Value: clixml.Version("2.0")},
		clixml.Property{Name: "SerializationVersion", Value: clixml.Version("1.1.0.1")},
	)
}

// pool describes a pool without a host.
func (o Options) pool() *clixml.Object {
	return clixml.NewObject(
		clixml.Property{Name: "MinRunspaces", Value: int32(1)},
		clixml.Property{Name: "MaxRunspaces", Value: int32(max(o.Runspaces, 1))},
		clixml.Property{Name: "PSThreadOptions", Value: clixml.NewEnum("System.Management.Automation.Runspaces.PSThreadOptions", "Default", 0)},
		clixml.Property{Name: "ApartmentState", Value: apartment()},
		clixml.Property{Name: "HostInfo", Value: noHost()},
		clixml.Property{Name: "ApplicationArguments"},
	)
}

func apartment() *clixml.Object {
	return clixml.NewEnum("System.Threading.ApartmentState", "Unknown", 2)
}

func noHost() *clixml.Object {
	return clixml.NewObject(
		clixml.Property{Name: "_isHostNull", Value: true},
		clixml.Property{Name: "_isHostUINull", Value: true},
		clixml.Property{Name: "_isHostRawUINull", Value: true},
		clixml.Property{Name: "_useRunspaceHost", Value: true},
	)
}

// silentHost is a host that can be told an exit code, and no more: scripts that want to talk to a user fail.
func silentHost() *clixml.Object {
	return clixml.NewObject(
		clixml.Property{Name: "_isHostNull", Value: false},
		clixml.Property{Name: "_isHostUINull", Value: true},
		clixml.Property{Name: "_isHostRawUINull", Value: true},
		clixml.Property{Name: "_useRunspaceHost", Value: false},
	)
}

// setShouldExit is the host's method of section 2.2.3.17 by which "exit" tells its code.
const setShouldExit int32 = 6

// exitCode gives the code that a call of the host tells; ok is false for a call of another method.
func exitCode(call any) (code int32, ok bool) {
	method, _ := clixml.Get(call, "mi").(*clixml.Object)
	arguments, _ := clixml.Get(call, "mp").(*clixml.Object)
	if method == nil || method.Value != setShouldExit || arguments == nil {
		return 0, false
	}
	list, _ := arguments.Value.(clixml.List)
	if len(list.Items) != 1 {
		return 0, false
	}
	code, ok = list.Items[0].(int32)
	return code, ok
}

// Pipeline is what is run: the output of each command is the input of the next one.
type Pipeline struct {
	Commands []Command
	Input    []any // of the first one
}

// Command is a cmdlet, or a script.
type Command struct {
	Text       string
	Script     bool
	Parameters []Parameter
}

// Parameter is a parameter of a command, or an argument if it has no name.
type Parameter struct {
	Name  string
	Value any
}

// Script gives the pipeline of one script.
func Script(text string, parameters ...Parameter) Pipeline {
	return Pipeline{Commands: []Command{{Text: text, Script: true, Parameters: parameters}}}
}

func (p Pipeline) describe() *clixml.Object {
	var commands []any
	for _, c := range p.Commands {
		commands = append(commands, c.describe())
	}
	return clixml.NewObject(
		clixml.Property{Name: "NoInput", Value: len(p.Input) == 0},
		clixml.Property{Name: "ApartmentState", Value: apartment()},
		clixml.Property{Name: "RemoteStreamOptions", Value: clixml.NewEnum("System.Management.Automation.RemoteStreamOptions", "0", 0)},
		clixml.Property{Name: "AddToHistory", Value: false},
		clixml.Property{Name: "HostInfo", Value: silentHost()},
		clixml.Property{Name: "PowerShell", Value: clixml.NewObject(
			clixml.Property{Name: "IsNested", Value: false},
			clixml.Property{Name: "ExtraCmds"},
			clixml.Property{Name: "Cmds", Value: list(commands)},
			clixml.Property{Name: "History"},
			clixml.Property{Name: "RedirectShellErrorOutputPipe", Value: false},
		)},
		clixml.Property{Name: "IsNested", Value: false},
	)
}

// list is a list as pipelines have it.
func list(items []any) *clixml.Object {
	return &clixml.Object{
		Types: []string{"System.Collections.Generic.List`1[[System.Management.Automation.PSObject, System.Management.Automation, " +
			"Version=1.0.0.0, Culture=neutral, PublicKeyToken=31bf3856ad364e35]]", "System.Object"},
		Value: clixml.List{Kind: clixml.Array, Items: items},
	}
}

func (c Command) describe() *clixml.Object {
	var parameters []any
	for _, p := range c.Parameters {
		name := any(p.Name)
		if p.Name == "" {
			name = nil
		}
		parameters = append(parameters, clixml.NewObject(clixml.Property{Name: "N", Value: name}, clixml.Property{Name: "V", Value: p.Value}))
	}
	properties := []clixml.Property{
		{Name: "Cmd", Value: c.Text},
		{Name: "IsScript", Value: c.Script},
		{Name: "UseLocalScope"},
	}
	for _, name := range []string{"MergeMyResult", "MergeToResult", "MergePreviousResults", "MergeError", "MergeWarning", "MergeVerbose", "MergeDebug", "MergeInformation"} {
		none := clixml.NewEnum("System.Management.Automation.Runspaces.PipelineResultTypes", "None", 0)
		properties = append(properties, clixml.Property{Name: name, Value: none})
	}
	return clixml.NewObject(append(properties, clixml.Property{Name: "Args", Value: list(parameters)})...)
}
