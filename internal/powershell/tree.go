package powershell

// node is a part of a script.
type node interface{}

// Statements.
type (
	block struct {
		params     []param
		statements []node
	}
	param struct {
		name  string
		typ   string // "": any
		value node   // of one that is not given; nil: nothing
	}
	function struct {
		name string
		body *block
	}
	branches struct { // if, elseif, else
		conditions []node
		bodies     []*block // one more than conditions where there is an else
	}
	loop struct { // while, for, do
		first, condition, step node
		body                   *block
		after                  bool // the condition is looked at after the body
		until                  bool
	}
	foreach struct {
		name string
		over node
		body *block
	}
	switching struct {
		on     node
		values []node // nil: default
		bodies []*block
	}
	try struct {
		body    *block
		catches []catch
		finally *block
	}
	catch struct {
		types []string
		body  *block
	}
	jump struct { // return, throw, exit, break, continue
		word  string
		value node
	}
	assign struct {
		to    node
		op    string
		value node
	}
	pipeline struct{ commands []node }
	command  struct {
		name  node // a text, or an expression after & or .
		dot   bool
		args  []argument
		quiet bool // errors are thrown away
	}
	argument struct {
		name  string // of a parameter; "": none
		value node   // nil: a switch
		splat bool
	}
)

// Expressions.
type (
	literal  struct{ value any }
	variable struct{ scope, name string }
	text     struct{ parts []node }
	list     struct{ items []node }
	array    struct{ body *block }
	sub      struct{ body *block } // $( )
	paren    struct{ body node }
	hash     struct{ keys, values []node }
	script   struct{ body *block }
	typeName struct{ name string }
	cast     struct {
		typ   string
		value node
	}
	unary struct {
		op    string
		value node
	}
	operation struct {
		op          string
		left, right node
	}
	member struct {
		of     node
		name   node
		static bool
		call   bool
		args   []node
	}
	index struct{ of, at node }
	count struct { // ++ and --
		of node
		by int
	}
)
