package powershell

import (
	"context"
	"fmt"
	"io"
	"strings"
)

// invokeCIM starts a process that belongs to no other, by Win32_Process.
func invokeCIM(r *runspace, _ *scope, a *given, out *[]any) error {
	named := func(name string) string { v, _ := a.named.Get(name); return Text(v) }
	arguments, _ := a.named.Get("Arguments")
	h, ok := arguments.(*Hash)
	if !ok || named("ClassName") != "Win32_Process" || named("MethodName") != "Create" {
		return fmt.Errorf("powershell: Invoke-CimMethod is known for Win32_Process.Create only")
	}
	line, _ := h.Get("CommandLine")
	word, rest, _ := strings.Cut(Text(line), " ")
	result := &Object{Type: "Microsoft.Management.Infrastructure.CimMethodResult"}
	result.Fields.Set("ReturnValue", 0)
	*out = append(*out, result)
	if len(Text(line)) > 8191 || r.machine.find(word) == nil {
		result.Fields.Set("ReturnValue", 9) // as where the path is not found
		return nil
	}
	ctx := context.WithoutCancel(r.ctx)
	r.machine.apart.Go(func() {
		r.machine.Start(ctx, word, &Process{Machine: r.machine, Arguments: rest, Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: io.Discard})
	})
	return nil
}
