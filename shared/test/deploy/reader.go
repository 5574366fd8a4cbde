// Package deploy reads template.yaml, and its tests hold the deployment to the code: functions, routes, tables, settings,
// permissions, alarms, the build and samconfig.toml.
//
// YAML readers do not know CloudFormation's short forms (!Ref, !Sub, !GetAtt). So the document stays as it was parsed, and
// [Node] walks it. A missing part is the zero Node, which answers every question.
package deploy

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"os"

	"go.yaml.in/yaml/v3"
)

// Template is a SAM template.
type Template struct {
	root      Node
	functions []Function
}

// Function is an AWS::Serverless::Function.
type Function struct {
	Name   string  // its logical id
	Routes []Route // its events of type Api, in the order of the template
}

// Route is a method and a path of the API that reach a function.
type Route struct {
	Method string // as written: a method, or ANY
	Path   string
}

// Load reads a template from a file.
func Load(path string) (*Template, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the template: %w", err)
	}
	t, err := Parse(text)
	if err != nil {
		return nil, fmt.Errorf("reading the template %s: %w", path, err)
	}
	return t, nil
}

// Parse reads a template. Errors name the line.
func Parse(text []byte) (*Template, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, err
	}
	if err := readable(&document); err != nil {
		return nil, err
	}
	t := &Template{}
	if len(document.Content) > 0 {
		t.root = Node{document.Content[0]}
	}
	for name, resource := range t.Resources("AWS::Serverless::Function") {
		function := Function{Name: name}
		for event, definition := range resource.At("Properties", "Events").Pairs() {
			if definition.At("Type").Text() != "Api" {
				continue
			}
			route := Route{definition.At("Properties", "Method").Text(), definition.At("Properties", "Path").Text()}
			if route.Method == "" || route.Path == "" {
				return nil, fmt.Errorf("line %d: event %s of %s needs a Method and a Path in plain text", definition.Line(), event, name)
			}
			function.Routes = append(function.Routes, route)
		}
		t.functions = append(t.functions, function)
	}
	if len(t.functions) == 0 {
		return nil, errors.New("no AWS::Serverless::Function")
	}
	return t, nil
}

// readable returns an error for what [Node] would misread: an alias, and a mapping with a name twice. YAML forbids the latter,
// and taking one of the two would silently drop an endpoint.
func readable(node *yaml.Node) error {
	seen := map[string]bool{}
	for i, child := range node.Content {
		if child.Kind == yaml.AliasNode {
			return fmt.Errorf("line %d: alias", child.Line)
		}
		if node.Kind == yaml.MappingNode && i%2 == 0 {
			if seen[child.Value] {
				return fmt.Errorf("line %d: duplicate name %s", child.Line, child.Value)
			}
			seen[child.Value] = true
		}
		if err := readable(child); err != nil {
			return err
		}
	}
	return nil
}

// Root returns the whole document.
func (t *Template) Root() Node { return t.root }

// Functions returns the functions, in the order of the template.
func (t *Template) Functions() []Function { return t.functions }

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

// Environment returns the variables of a function, with those of Globals.
func (t *Template) Environment(function string) map[string]Node {
	variables := map[string]Node{}
	for _, part := range []Node{t.root.At("Globals", "Function"), t.root.At("Resources", function, "Properties")} {
		maps.Insert(variables, part.At("Environment", "Variables").Pairs())
	}
	return variables
}
