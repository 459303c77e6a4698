package action

import "fmt"

// said makes an error in the words of the reference, which begin with capitals and end with full stops, since users match on them.
func said(format string, args ...any) error { return fmt.Errorf(format, args...) }
