package agent

func (s *Session) spawn(b Become) (*Session, error) { return nil, &BecomeError{Msg: "soon"} }
func (s *Session) onGone(f *frame) error { return nil }
