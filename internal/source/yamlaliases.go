package source

import (
	"fmt"

	"gopkg.in/yaml.v3"
)

// A document whose aliases stand for many more values than it has is an attack or a mistake: it would eat the memory where all of them are
// printed, merged or run.
const (
	mostExpanded = 10_000_000
	mostRepeated = 100 // times what is written
)

// checkAliases refuses such a document, at the alias that stands for most.
func checkAliases(file string, root *yaml.Node) error {
	e := expansion{sizes: map[*yaml.Node]float64{}}
	size := e.size(root)
	if size <= mostExpanded || size <= mostRepeated*e.written {
		return nil
	}
	return New(NodePos(file, e.worst), yamlFailed+fmt.Sprintf("The aliases of this document stand for more than %d values.", mostExpanded))
}

// expansion counts the values of a document with those that aliases stand for. The numbers may be larger than integers.
type expansion struct {
	sizes   map[*yaml.Node]float64 // of nodes with an anchor; 0 while they are counted, as of an alias inside of its own anchor
	written float64
	worst   *yaml.Node // the alias that stands for most
	most    float64
}

func (e *expansion) size(n *yaml.Node) float64 {
	e.written++
	if n.Kind == yaml.AliasNode {
		size := e.sizes[n.Alias]
		if size > e.most {
			e.worst, e.most = n, size
		}
		return 1 + size
	}
	total := 1.0
	for _, c := range n.Content {
		total += e.size(c)
	}
	if n.Anchor != "" {
		e.sizes[n] = total
	}
	return total
}
