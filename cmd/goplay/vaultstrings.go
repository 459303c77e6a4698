package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/goplay/goplay/vars/vault"
)

// plaintext is a string that is to be encrypted.
type plaintext struct{ text, from, name string }

// about tells strings apart, in a comment of YAML.
func (s plaintext) about(number int) string {
	if s.name == "" {
		return fmt.Sprintf("# The encrypted version of the string #%d from %s.)", number, s.from)
	}
	return fmt.Sprintf("# The encrypted version of variable (\"%s\", the string #%d from %s).", s.name, number, s.from)
}

// fromStdin tells whether a string is read from standard input.
func (v *vaulting) fromStdin() bool {
	return slices.Contains(v.line.words, "-") || v.line.value("--stdin-name") != "" || len(v.line.words) == 0 && !v.line.has("--prompt")
}

// encryptStrings encrypts strings of a prompt, of standard input and of the command line, in this order.
func (v *vaulting) encryptStrings(ctx context.Context) error {
	var all []plaintext
	for _, read := range []func(context.Context) ([]plaintext, error){v.prompted, v.piped, v.named} {
		more, err := read(ctx)
		if err != nil {
			return err
		}
		all = append(all, more...)
	}
	var out strings.Builder
	for i, s := range all {
		data, err := vault.EncryptSalted([]byte(s.text), v.secret, v.salt)
		if err != nil {
			return err
		}
		if len(all) > 1 {
			v.tell(s.about(i + 1))
		}
		out.WriteString(vault.Inline(s.name, data) + "\n")
	}
	to := "-"
	if v.line.value("--output") != "" {
		to = v.output("")
	}
	return v.write(to, []byte(out.String()), false)
}

// prompted asks for a string and its name.
func (v *vaulting) prompted(ctx context.Context) ([]plaintext, error) {
	if !v.line.has("--prompt") {
		return nil, nil
	}
	name, err := v.t.Line(ctx, "Variable name (enter for no name): ")
	if err != nil {
		return nil, err
	}
	ask, prompt := v.t.Secret, "String to encrypt (hidden): "
	if v.line.has("--show-input") {
		ask, prompt = v.t.Line, "String to encrypt:"
	}
	text, err := ask(ctx, prompt)
	if err == nil && text == "" {
		err = wrongOption("The plaintext provided from the prompt was empty, not encrypting")
	}
	return []plaintext{{text, "the interactive prompt", name}}, err
}

// piped reads a string from standard input.
func (v *vaulting) piped(context.Context) ([]plaintext, error) {
	if !v.fromStdin() {
		return nil, nil
	}
	if v.atTerminal() {
		v.tell("Reading plaintext input from stdin. (ctrl-d to end input, twice if your content does not already have a newline)")
	}
	text, err := io.ReadAll(v.stdin)
	switch {
	case err != nil:
		return nil, err
	case len(text) == 0:
		return nil, wrongOption("stdin was empty, not encrypting")
	}
	if v.atTerminal() && text[len(text)-1] != '\n' {
		_, _ = fmt.Fprintln(v.stdout)
	}
	return []plaintext{{string(text), "stdin", v.line.value("--stdin-name")}}, nil
}

// named gives the strings of the command line, with the names that there are for the first of them.
func (v *vaulting) named(context.Context) ([]plaintext, error) {
	var out []plaintext
	names := v.line.values("--name")
	for _, text := range v.line.words {
		if text == "-" {
			continue
		}
		if text == "" {
			return nil, wrongOption("The plaintext provided from the command line args was empty, not encrypting")
		}
		s := plaintext{text: text, from: "the command line args"}
		if len(out) < len(names) {
			s.name = names[len(out)]
		}
		out = append(out, s)
	}
	if len(names) > 0 && len(out) > len(names) {
		v.tell("The number of --name options do not match the number of args.")
		v.tell(fmt.Sprintf("The last named variable will be \"%s\". The rest will not have names.", names[len(names)-1]))
	}
	return out, nil
}
