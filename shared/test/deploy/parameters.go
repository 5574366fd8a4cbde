package deploy

// Parameter is one of the template's parameters. What it does not say is empty.
type Parameter struct {
	Name, Type, Default, Description         string
	AllowedPattern, ConstraintDescription    string
	MinValue, MaxValue, MinLength, MaxLength string
	AllowedValues                            []string

	HasDefault bool   // whether it has one, which may be empty
	Group      string // where the console shows it
}

// Parameters are the template's parameters, in its order.
func (t *Template) Parameters() []Parameter {
	groups := t.groups()
	var parameters []Parameter
	for name, definition := range t.root.At("Parameters").Pairs() {
		text := func(property string) string { return definition.At(property).Text() }
		parameters = append(parameters, Parameter{
			Name: name, Type: text("Type"), Default: text("Default"), Description: text("Description"),
			AllowedPattern: text("AllowedPattern"), ConstraintDescription: text("ConstraintDescription"),
			MinValue: text("MinValue"), MaxValue: text("MaxValue"), MinLength: text("MinLength"), MaxLength: text("MaxLength"),
			AllowedValues: definition.At("AllowedValues").Texts(),
			HasDefault:    definition.At("Default").Exists(),
			Group:         groups[name],
		})
	}
	return parameters
}

// groups are the labels of the parameters' groups, by parameter.
func (t *Template) groups() map[string]string {
	labels := map[string]string{}
	for _, group := range t.root.At("Metadata", "AWS::CloudFormation::Interface", "ParameterGroups").Items() {
		for _, name := range group.At("Parameters").Texts() {
			labels[name] = group.At("Label", "default").Text()
		}
	}
	return labels
}
