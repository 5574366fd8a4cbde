package deploy

// Parameter is a parameter of the template. Absent properties are empty.
type Parameter struct {
	Name, Type, Default, Description      string
	AllowedPattern, ConstraintDescription string
	MinValue, MaxValue                    string
	AllowedValues                         []string

	HasDefault bool   // a default may be empty
	Group      string // the label under which the console shows it
}

// Parameters returns the parameters, in the order of the template.
func (t *Template) Parameters() []Parameter {
	groups := t.groups()
	var parameters []Parameter
	for name, definition := range t.root.At("Parameters").Pairs() {
		text := func(property string) string { return definition.At(property).Text() }
		parameters = append(parameters, Parameter{
			Name: name, Type: text("Type"), Default: text("Default"), Description: text("Description"),
			AllowedPattern: text("AllowedPattern"), ConstraintDescription: text("ConstraintDescription"),
			MinValue: text("MinValue"), MaxValue: text("MaxValue"),
			AllowedValues: definition.At("AllowedValues").Texts(),
			HasDefault:    definition.At("Default").Exists(),
			Group:         groups[name],
		})
	}
	return parameters
}

// groups returns the label of each parameter's group.
func (t *Template) groups() map[string]string {
	labels := map[string]string{}
	for _, group := range t.root.At("Metadata", "AWS::CloudFormation::Interface", "ParameterGroups").Items() {
		for _, name := range group.At("Parameters").Texts() {
			labels[name] = group.At("Label", "default").Text()
		}
	}
	return labels
}
