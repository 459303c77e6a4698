package agent

import (
	"bytes"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"io"
	"slices"
	"strings"
)

//go:embed again.py
var againText string

// withRunner gives a call that keeps a new-style module's files an attachment more: a program that runs the module again, by hand. It
// bears the files and the arguments; no file of another kind of module needs it.
func withRunner(c *Call) *Call {
	if !c.Keep || c.Payload.Kind != NewStyle {
		return c
	}
	files := map[string][]byte{"args.json": c.Args}
	for _, f := range c.Payload.Files {
		files["files/"+f.Path] = f.Data
	}
	data, err := json.Marshal(files) // contents become base64
	if err != nil {
		return c // a map of bytes always has a JSON form
	}
	main := strings.ReplaceAll(strings.TrimSuffix(c.Payload.Main, ".py"), "/", ".")
	text := []byte(strings.NewReplacer("@MAIN@", main, "@FILES@", base64.StdEncoding.EncodeToString(data)).Replace(againText))
	call := *c
	call.Attachments = append(slices.Clone(c.Attachments), Attachment{
		Param: "_ansible_tmpdir", // the agent sets it to the folder, after this
		Name:  "run.py", Size: int64(len(text)),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil },
	})
	return &call
}
