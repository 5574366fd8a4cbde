package deploy

import (
	"iter"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Node is a part of a template. The zero Node is a missing part.
type Node struct{ node *yaml.Node }

// Exists reports whether the part is in the template.
func (n Node) Exists() bool { return n.node != nil }

func (n Node) is(kind yaml.Kind) bool { return n.node != nil && n.node.Kind == kind }

// Line returns the line where the part begins, from 1; 0 for a missing part.
func (n Node) Line() int {
	if n.node == nil {
		return 0
	}
	return n.node.Line
}

// Tag returns CloudFormation's short form before a value, such as "!Ref"; "" before a plain value.
func (n Node) Tag() string {
	if n.node == nil || n.node.Style&yaml.TaggedStyle == 0 {
		return ""
	}
	return n.node.Tag
}

// Value returns a scalar as written, with or without a short form, and "" for everything else.
func (n Node) Value() string {
	if !n.is(yaml.ScalarNode) {
		return ""
	}
	return n.node.Value
}

func (n Node) behind(tag string) string {
	if n.Tag() != tag {
		return ""
	}
	return n.Value()
}

// Text returns a plain scalar, and "" for everything else, such as the argument of a !Sub.
func (n Node) Text() string { return n.behind("") }

// Ref returns the name after !Ref, and "" for everything else.
func (n Node) Ref() string { return n.behind("!Ref") }

// Sub returns the text after !Sub with its placeholders, and "" for everything else.
func (n Node) Sub() string { return n.behind("!Sub") }

// Arn returns the resource of a !GetAtt <resource>.Arn, and "" for everything else.
func (n Node) Arn() string {
	resource, isArn := strings.CutSuffix(n.behind("!GetAtt"), ".Arn")
	if !isArn || strings.Contains(resource, ".") {
		return ""
	}
	return resource
}

// At returns the part below nested properties of these names.
func (n Node) At(names ...string) Node {
	for _, name := range names {
		var below Node
		for key, value := range n.Pairs() {
			if key == name {
				below = value
			}
		}
		n = below
	}
	return n
}

// Pairs yields the names and values of a mapping, in the order of the template.
func (n Node) Pairs() iter.Seq2[string, Node] {
	return func(yield func(string, Node) bool) {
		if !n.is(yaml.MappingNode) {
			return
		}
		for i := 0; i+1 < len(n.node.Content); i += 2 {
			if !yield(n.node.Content[i].Value, Node{n.node.Content[i+1]}) {
				return
			}
		}
	}
}

// Items returns the elements of a list, or one scalar as the only element.
func (n Node) Items() []Node {
	if n.is(yaml.ScalarNode) {
		return []Node{n}
	}
	var items []Node
	if n.is(yaml.SequenceNode) {
		for _, item := range n.node.Content {
			items = append(items, Node{item})
		}
	}
	return items
}

// Texts returns the elements of a list, or one scalar, as [Node.Text] does.
func (n Node) Texts() []string {
	var texts []string
	for _, item := range n.Items() {
		texts = append(texts, item.Text())
	}
	return texts
}

// Scalars returns all values at and below the part, without keys, in the order of the template.
func (n Node) Scalars() []Node {
	if n.is(yaml.ScalarNode) {
		return []Node{n}
	}
	var all []Node
	for _, value := range n.Pairs() {
		all = append(all, value.Scalars()...)
	}
	for _, item := range n.Items() {
		all = append(all, item.Scalars()...)
	}
	return all
}
