package runner

import "fmt"

// said makes an error whose text is the reference's, which begins with a capital letter and may end with a full stop.
func said(format string, args ...any) error { return fmt.Errorf(format, args...) }
