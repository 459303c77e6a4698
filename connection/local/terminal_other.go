//go:build !linux

package local

import (
	"errors"
	"os"
)

func (p *process) attachTerminal() ([]*os.File, error) {
	return nil, errors.New("a terminal for local commands is supported on Linux only")
}
