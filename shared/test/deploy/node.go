package deploy

import (
	"fmt"
	"iter"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Node is a part of a template. The zero Node stands for what is not there.
type Node struct{ node *yaml.Node }

// Exists says whether the part is there at all.
func (n Node) Exists() bool { return n.node != nil }

// Line is where the part begins, from 1; 0 if it is not there.
func (n Node) Line() int {
	if n.node == nil {
		return 0
	}
	return n.node.Line
}

// Text is a plain scalar as written. It is empty for anything else, and for what a function such as !Sub makes.
func (n Node) Text() string {
	if n.node == nil || n.node.Kind != yaml.ScalarNode || n.Tag() != "" {
		return ""
	}
	return n.node.Value
}

// Tag is CloudFormation's short form that makes the value, such as "!Ref"; empty for a plain one.
func (n Node) Tag() string {
	if n.node == nil || n.node.Style&yaml.TaggedStyle == 0 {
		return ""
	}
	return n.node.Tag
}

// Ref is the name that a !Ref gives; empty for anything else.
func (n Node) Ref() string { return n.made("!Ref") }

// Sub is the text of a !Sub with its placeholders; empty for anything else.
func (n Node) Sub() string { return n.made("!Sub") }

// Arn is the resource whose !GetAtt <resource>.Arn this is; empty for anything else.
func (n Node) Arn() string {
	resource, _ := strings.CutSuffix(n.made("!GetAtt"), ".Arn")
	if strings.Contains(resource, ".") {
		return ""
	}
	return resource
}

func (n Node) made(tag string) string {
	if n.Tag() != tag || n.node.Kind != yaml.ScalarNode {
		return ""
	}
	return n.node.Value
}

// Texts are the elements of a list in plain text, or the one of a scalar. What is no plain text is "".
func (n Node) Texts() []string {
	if n.node != nil && n.node.Kind == yaml.ScalarNode {
		return []string{n.Text()}
	}
	var texts []string
	for _, item := range n.Items() {
		texts = append(texts, item.Text())
	}
	return texts
}

// Scalars are all values at and below the part, keys left out, in the order of the template.
func (n Node) Scalars() iter.Seq[Node] {
	return func(yield func(Node) bool) { n.scalars(yield) }
}

func (n Node) scalars(yield func(Node) bool) bool {
	if n.node != nil && n.node.Kind == yaml.ScalarNode {
		return yield(n)
	}
	for _, value := range n.Pairs() {
		if !value.scalars(yield) {
			return false
		}
	}
	for _, item := range n.Items() {
		if !item.scalars(yield) {
			return false
		}
	}
	return true
}

// Value is a scalar as written, whatever makes the value of it.
func (n Node) Value() string {
	if n.node == nil || n.node.Kind != yaml.ScalarNode {
		return ""
	}
	return n.node.Value
}

// At is the part that is reached by the names of nested properties, one below the other.
func (n Node) At(names ...string) Node {
	for _, name := range names {
		n = n.property(name)
	}
	return n
}

func (n Node) property(name string) Node {
	for key, value := range n.Pairs() {
		if key == name {
			return value
		}
	}
	return Node{}
}

// Pairs are the names and values of a mapping, in the order of the template.
func (n Node) Pairs() iter.Seq2[string, Node] {
	return func(yield func(string, Node) bool) {
		if n.node == nil || n.node.Kind != yaml.MappingNode {
			return
		}
		for i := 0; i+1 < len(n.node.Content); i += 2 {
			if !yield(n.node.Content[i].Value, resolved(n.node.Content[i+1])) {
				return
			}
		}
	}
}

// Items are the elements of a list.
func (n Node) Items() []Node {
	if n.node == nil || n.node.Kind != yaml.SequenceNode {
		return nil
	}
	items := make([]Node, 0, len(n.node.Content))
	for _, item := range n.node.Content {
		items = append(items, resolved(item))
	}
	return items
}

// Resources are the resources of a type by their logical ids, in the order of the template.
func (t *Template) Resources(kind string) iter.Seq2[string, Node] {
	return func(yield func(string, Node) bool) {
		for name, resource := range t.root.At("Resources").Pairs() {
			if resource.At("Type").Text() == kind && !yield(name, resource) {
				return
			}
		}
	}
}

// resolved is what a YAML alias stands for.
func resolved(node *yaml.Node) Node {
	if node.Kind == yaml.AliasNode {
		return Node{node.Alias}
	}
	return Node{node}
}

// unique finds a name that a mapping has twice. YAML forbids it; a reader that took one of the two would drop an endpoint
// in silence.
func unique(node *yaml.Node) error {
	seen := map[string]bool{}
	for i, child := range node.Content {
		if node.Kind == yaml.MappingNode && i%2 == 0 {
			if seen[child.Value] {
				return fmt.Errorf("line %d: %s stands there twice", child.Line, child.Value)
			}
			seen[child.Value] = true
		}
		if err := unique(child); err != nil {
			return err
		}
	}
	return nil
}
