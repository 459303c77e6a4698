package pwsh

import "testing"

// cmd.exe takes command lines of 8191 characters.
func TestCommandLineIsShort(t *testing.T) {
	if n := len(encoded(newBundle("x").script(resident))); n > 8000 {
		t.Errorf("PowerShell is started by a command line of %d characters", n)
	}
}
