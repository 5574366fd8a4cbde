package aisquare

import (
	"slices"
	"strconv"
	"strings"

	"gatehouse/shared/gateway"
	"gatehouse/shared/wire"
)

// renderer is a form in which the real server writes responses, with its name for ?format=.
type renderer struct{ format, mediaType string }

// renderers are the real server's, in its order of preference. The second is its browsable API: a client that asks for that
// page gets JSON.
var renderers = []renderer{{"json", "application/json"}, {"api", "text/html"}}

// negotiate chooses the form of the response by ?format= and the Accept header, as DRF's DefaultContentNegotiation does. It
// returns the number of spaces to indent by, 0 for none. An unknown format gets a 404, an Accept header that matches nothing a
// 406. A q of 0 is ignored; an empty header matches nothing.
func negotiate(r *gateway.Request) (indent int, refusal *gateway.Response) {
	offered := renderers
	if format := r.Query["format"]; format != "" {
		other := func(r renderer) bool { return r.format != format }
		if offered = slices.DeleteFunc(slices.Clone(renderers), other); len(offered) == 0 {
			return 0, new(unknownFormat())
		}
	}
	accept := "*/*" // without the header
	if values := r.Header.Values("Accept"); len(values) > 0 {
		accept = strings.Join(values, ",") // several headers are one list (RFC 9110, section 5.3)
	}
	var accepted []wire.MediaType
	for mediaType := range strings.SplitSeq(accept, ",") {
		accepted = append(accepted, wire.ParseMediaType(mediaType))
	}
	for specificity := 3; specificity >= 0; specificity-- {
		for _, renderer := range offered {
			for _, mediaType := range accepted {
				if specificityOf(mediaType) == specificity && matches(renderer.mediaType, mediaType.Type) {
					return renderer.indent(mediaType), nil
				}
			}
		}
	}
	return 0, new(notAcceptable())
}

// specificityOf ranks */*, type/*, type/subtype, and type/subtype with parameters besides q.
func specificityOf(accepted wire.MediaType) int {
	kind, subtype, _ := strings.Cut(accepted.Type, "/")
	_, weighted := accepted.Parameters["q"]
	switch {
	case kind == "*":
		return 0
	case subtype == "*":
		return 1
	case len(accepted.Parameters) == 0 || weighted && len(accepted.Parameters) == 1:
		return 2
	}
	return 3
}

// matches reports whether the client's media type or pattern matches one of the server's, whatever its parameters.
func matches(ours, theirs string) bool {
	kind, subtype, _ := strings.Cut(ours, "/")
	theirKind, theirSubtype, _ := strings.Cut(theirs, "/")
	return (theirKind == "*" || theirKind == kind) && (theirSubtype == "*" || theirSubtype == subtype)
}

// maxIndent is DRF's limit for the 4 in application/json; indent=4.
const maxIndent = 8

func (r renderer) indent(accepted wire.MediaType) int {
	if r.format != "json" {
		return 0
	}
	indent, err := strconv.Atoi(strings.TrimSpace(accepted.Parameters["indent"]))
	if err != nil {
		return 0
	}
	return min(max(indent, 0), maxIndent)
}
