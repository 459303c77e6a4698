package syntax

import "github.com/goplay/goplay/templating/value"

// Node is any part of a tree. Pos is its place in the text, in bytes from the start.
type Node interface{ Pos() int }

// Expr is an expression.
type Expr interface {
	Node
	expr()
}

// Stmt is a statement, a piece of text or an output.
type Stmt interface {
	Node
	stmt()
}

// At is the place of a node in the text.
type At int

// Pos gives the place in bytes from the start of the text.
func (a At) Pos() int { return int(a) }

type exprNode struct{ At }

func (exprNode) expr() {}

type stmtNode struct{ At }

func (stmtNode) stmt() {}

// The expressions.
type (
	// Const is a literal.
	Const struct {
		exprNode
		Value value.Value
	}
	// Name reads a variable.
	Name struct {
		exprNode
		Name string
	}
	// NamespaceRef is the target `ns.attr` of a set.
	NamespaceRef struct {
		exprNode
		Name, Attr string
	}
	// Tuple is a tuple, of expressions or of targets.
	Tuple struct {
		exprNode
		Items []Expr
	}
	// List is a list display.
	List struct {
		exprNode
		Items []Expr
	}
	// Dict is a dict display.
	Dict struct {
		exprNode
		Keys, Values []Expr
	}
	// Unary is not, - or +.
	Unary struct {
		exprNode
		Op string
		X  Expr
	}
	// Binary is arithmetic, or `and` and `or`.
	Binary struct {
		exprNode
		Op   string
		L, R Expr
	}
	// Compare is a chain of comparisons: X Ops[0] Rest[0] Ops[1] Rest[1] …; the operators are Python's, with "in" and "not in".
	Compare struct {
		exprNode
		X    Expr
		Ops  []string
		Rest []Expr
	}
	// Concat is a ~ b ~ c.
	Concat struct {
		exprNode
		Items []Expr
	}
	// Cond is `Then if If else Else`; Else may be nil.
	Cond struct {
		exprNode
		If, Then, Else Expr
	}
	// Filter is `X | Name(Args)`; X is nil in filter blocks.
	Filter struct {
		exprNode
		X    Expr
		Name string
		Args Args
	}
	// Test is `X is Name(Args)`.
	Test struct {
		exprNode
		X    Expr
		Name string
		Args Args
	}
	// Call is Fn(Args).
	Call struct {
		exprNode
		Fn   Expr
		Args Args
	}
	// Getattr is X.Name.
	Getattr struct {
		exprNode
		X    Expr
		Name string
	}
	// Getitem is X[Index].
	Getitem struct {
		exprNode
		X, Index Expr
	}
	// Slice is the index low:high:step; each may be nil.
	Slice struct {
		exprNode
		Low, High, Step Expr
	}
)

// Args are the arguments of a call, filter or test.
type Args struct {
	Pos      []Expr
	Keywords []Keyword
	Star     Expr // *args, or nil
	StarStar Expr // **kwargs, or nil
}

// Keyword is name=value.
type Keyword struct {
	Name  string
	Value Expr
}

// The statements.
type (
	// Text is literal text.
	Text struct {
		stmtNode
		Text string
	}
	// Output is {{ X }}.
	Output struct {
		stmtNode
		X Expr
	}
	// For is a loop.
	For struct {
		stmtNode
		Target    Expr
		Iter      Expr
		If        Expr // or nil
		Body      []Stmt
		Else      []Stmt
		Recursive bool
	}
	// If is a conditional; elif is an If alone in Else, marked as such.
	If struct {
		stmtNode
		Test Expr
		Body []Stmt
		Else []Stmt
		Elif bool
	}
	// Set is {% set Target = X %}.
	Set struct {
		stmtNode
		Target Expr
		X      Expr
	}
	// SetBlock is {% set Target | Filter %}Body{% endset %}.
	SetBlock struct {
		stmtNode
		Target Expr
		Filter *Filter // or nil
		Body   []Stmt
	}
	// With is {% with Targets[0] = Values[0], … %}.
	With struct {
		stmtNode
		Targets, Values []Expr
		Body            []Stmt
	}
	// Macro defines a macro.
	Macro struct {
		stmtNode
		Name string
		Sig  Signature
		Body []Stmt
	}
	// CallBlock is {% call(Sig) Call %}Body{% endcall %}.
	CallBlock struct {
		stmtNode
		Call *Call
		Sig  Signature
		Body []Stmt
	}
	// FilterBlock is {% filter Filter %}Body{% endfilter %}.
	FilterBlock struct {
		stmtNode
		Filter *Filter
		Body   []Stmt
	}
	// Block is a named block.
	Block struct {
		stmtNode
		Name             string
		Scoped, Required bool
		Body             []Stmt
	}
	// Extends names the parent.
	Extends struct {
		stmtNode
		Template Expr
	}
	// Include renders another template here.
	Include struct {
		stmtNode
		Template       Expr
		IgnoreMissing  bool
		WithoutContext bool
	}
	// Import binds another template's macros and variables to a name.
	Import struct {
		stmtNode
		Template    Expr
		Name        string
		WithContext bool
	}
	// FromImport binds single names of another template.
	FromImport struct {
		stmtNode
		Template    Expr
		Names       []ImportName
		WithContext bool
	}
	// Autoescape switches escaping for its body.
	Autoescape struct {
		stmtNode
		On   Expr
		Body []Stmt
	}
	// Do evaluates for the side effect. Unknown is the error of the tags that only extensions know, where they are off.
	Do struct {
		stmtNode
		X       Expr
		Unknown string
	}
	// Break leaves a loop.
	Break struct {
		stmtNode
		Unknown string
	}
	// Continue goes on with the next element.
	Continue struct {
		stmtNode
		Unknown string
	}
	// Debug prints the context.
	Debug struct {
		stmtNode
		Unknown string
	}
)

// Signature is the parameters of a macro or call block.
type Signature struct {
	Params   []string
	Defaults []Expr // of the last len(Defaults) parameters
}

// ImportName is `Name as Alias`.
type ImportName struct{ Name, Alias string }

// Template is a whole parsed text.
type Template struct {
	Body   []Stmt
	Blocks map[string]*Block
	// Source is the text after newlines were made uniform; positions count in it.
	Source string
}
