package templating

// Has tells whether a variable is set, without evaluating it.
func (c *Context) Has(name string) bool {
	_, ok := c.scope.Lookup(name)
	return ok
}
