package deploy

import (
	"fmt"
	"iter"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Node is a part of a template. The zero Node is a missing part.
type Node struct{ node *yaml.Node }

// Exists reports whether the part is in the template.
func (n Node) Exists() bool { return n.node != nil }

// Line returns the line where the part begins, from 1; 0 for a missing part.
func (n Node) Line() int {
	if n.node == nil {
		return 0
	}
	return n.node.Line
}

// Text returns a plain scalar as written, and "" for everything else, such as the argument of a !Sub.
func (n Node) Text() string {
	if n.node == nil || n.node.Kind != yaml.ScalarNode || n.Tag() != "" {
		return ""
	}
	return n.node.Value
}

// Tag returns CloudFormation's short form before a value, such as "!Ref"; "" before a plain value.
func (n Node) Tag() string {
	if n.node == nil || n.node.Style&yaml.TaggedStyle == 0 {
		return ""
	}
	return n.node.Tag
}

// Ref returns the name after !Ref, and "" for everything else.
func (n Node) Ref() string { return n.made("!Ref") }

// Sub returns the text after !Sub with its placeholders, and "" for everything else.
func (n Node) Sub() string { return n.made("!Sub") }

// Arn returns the resource of a !GetAtt <resource>.Arn, and "" for everything else.
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

// Texts returns the elements of a list, or one scalar, as [Node.Text] does.
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

// Scalars yields all values at and below the part, without keys, in the order of the template.
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

// Value returns a scalar as written, with or without a short form.
func (n Node) Value() string {
	if n.node == nil || n.node.Kind != yaml.ScalarNode {
		return ""
	}
	return n.node.Value
}

// At returns the part below nested properties of these names.
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

// Pairs yields the names and values of a mapping, in the order of the template.
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

// Items returns the elements of a list.
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

// Resources yields the resources of a type by their logical ids, in the order of the template.
func (t *Template) Resources(kind string) iter.Seq2[string, Node] {
	return func(yield func(string, Node) bool) {
		for name, resource := range t.root.At("Resources").Pairs() {
			if resource.At("Type").Text() == kind && !yield(name, resource) {
				return
			}
		}
	}
}

// resolved returns the node that a YAML alias refers to.
func resolved(node *yaml.Node) Node {
	if node.Kind == yaml.AliasNode {
		return Node{node.Alias}
	}
	return Node{node}
}

// unique returns an error if a mapping has a name twice. YAML forbids it, and taking one of the two would silently drop an
// endpoint.
func unique(node *yaml.Node) error {
	seen := map[string]bool{}
	for i, child := range node.Content {
		if node.Kind == yaml.MappingNode && i%2 == 0 {
			if seen[child.Value] {
				return fmt.Errorf("line %d: duplicate name %s", child.Line, child.Value)
			}
			seen[child.Value] = true
		}
		if err := unique(child); err != nil {
			return err
		}
	}
	return nil
}
