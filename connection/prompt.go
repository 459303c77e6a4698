package connection

import "context"

// Prompter asks the user while a line is dialled: for the passphrase of a key, for a password, or whether an unknown host key is
// right. Dialers may ask from several goroutines; a Prompter shows one question at a time. Where there is nobody to ask, a dialer
// has no Prompter (nil), and what would be asked is refused.
type Prompter interface {
	// Secret asks without showing the answer.
	Secret(ctx context.Context, prompt string) (string, error)
	// Line asks for one line of text.
	Line(ctx context.Context, prompt string) (string, error)
}
