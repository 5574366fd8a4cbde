// Package deploy reads template.yaml, and its tests hold the deployment to the code: functions, routes, tables, settings,
// permissions, alarms, the build and samconfig.toml. The files called reader are the package; tests called template, makefile
// and samconfig check the deployment.
//
// YAML readers do not know CloudFormation's short forms (!Ref, !Sub, !GetAtt). So the document stays as it was parsed, and
// [Node] walks it. A missing part is the zero Node, which answers every question. [Parse] checks what it reads and names the
// line of an error.
package deploy

import (
	"errors"
	"fmt"
	"os"

	"go.yaml.in/yaml/v3"
)

// Template is a SAM template.
type Template struct {
	root      Node
	functions []Function
}

// Function is an AWS::Serverless::Function, with the values that it inherits from Globals.
type Function struct {
	Name    string // its logical id
	CodeURI string // empty unless it is plain text
	Handler string
	Events  []Route // in the order of the template; only those of type Api
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
	if len(document.Content) == 0 {
		return nil, errors.New("empty file")
	}
	if err := unique(&document); err != nil {
		return nil, err
	}
	t := &Template{root: Node{document.Content[0]}}
	for name, resource := range t.Resources("AWS::Serverless::Function") {
		function, err := t.function(name, resource)
		if err != nil {
			return nil, fmt.Errorf("function %s: %w", name, err)
		}
		t.functions = append(t.functions, function)
	}
	if len(t.functions) == 0 {
		return nil, errors.New("no AWS::Serverless::Function")
	}
	return t, nil
}

// Root returns the whole document.
func (t *Template) Root() Node { return t.root }

// Functions returns the functions, in the order of the template.
func (t *Template) Functions() []Function { return t.functions }

func (t *Template) function(name string, resource Node) (Function, error) {
	property := func(name string) Node {
		if own := resource.At("Properties", name); own.Exists() {
			return own
		}
		return t.root.At("Globals", "Function", name)
	}
	function := Function{Name: name, CodeURI: property("CodeUri").Text(), Handler: property("Handler").Text()}
	for event, definition := range resource.At("Properties", "Events").Pairs() {
		if definition.At("Type").Text() != "Api" {
			continue
		}
		route := Route{
			Method: definition.At("Properties", "Method").Text(),
			Path:   definition.At("Properties", "Path").Text(),
		}
		if route.Method == "" || route.Path == "" {
			return Function{}, fmt.Errorf("line %d: event %s needs a Method and a Path in plain text", definition.Line(), event)
		}
		function.Events = append(function.Events, route)
	}
	return function, nil
}
