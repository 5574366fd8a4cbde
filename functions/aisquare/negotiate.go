package aisquare

import (
	"net/http"
	"strconv"
	"strings"

	"gatehouse/shared/gateway"
	"gatehouse/shared/wire"
)

// renderer is a form in which the server writes answers, with the name that ?format= gives it.
type renderer struct{ format, mediaType string }

// renderers are the server's, in its order of preference. The second is its browsable API: whoever asks for that page is
// served too, with JSON.
var renderers = []renderer{{"json", "application/json"}, {"api", "text/html"}}

// negotiate settles by ?format= and the Accept header how the answer is written, as DRF's DefaultContentNegotiation does:
// with indent spaces of indentation, 0 for none. Or it refuses: with 404 a format that does not exist, with 406 an Accept
// header that nothing matches. A q of 0 counts for nothing; an empty header matches nothing.
func negotiate(r *gateway.Request) (indent int, refusal gateway.Response, ok bool) {
	offered := renderers
	if format := last(r.Query["format"]); format != "" {
		if offered = named(format); len(offered) == 0 {
			return 0, notFound(), false
		}
	}
	accepted := acceptedTypes(r.Header)
	for specificity := 3; specificity >= 0; specificity-- {
		for _, renderer := range offered {
			for _, mediaType := range accepted {
				if specificityOf(mediaType) == specificity && matches(renderer.mediaType, mediaType.Type) {
					return renderer.indent(mediaType), gateway.Response{}, true
				}
			}
		}
	}
	return 0, notAcceptable(), false
}

func last(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[len(values)-1]
}

func named(format string) []renderer {
	for _, each := range renderers {
		if each.format == format {
			return []renderer{each}
		}
	}
	return nil
}

// acceptedTypes are the media types of the Accept header, several headers being one list (RFC 9110, section 5.3). No
// header at all accepts everything.
func acceptedTypes(header http.Header) []wire.MediaType {
	accept := "*/*"
	if values := header.Values("Accept"); len(values) > 0 {
		accept = strings.Join(values, ",")
	}
	var accepted []wire.MediaType
	for each := range strings.SplitSeq(accept, ",") {
		accepted = append(accepted, wire.ParseMediaType(each))
	}
	return accepted
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

// matches says whether a media type of the server's is one that the client names or pattern matches, whatever its
// parameters.
func matches(ours, theirs string) bool {
	kind, subtype, _ := strings.Cut(ours, "/")
	theirKind, theirSubtype, _ := strings.Cut(theirs, "/")
	return (theirKind == "*" || theirKind == kind) && (theirSubtype == "*" || theirSubtype == subtype)
}

// maxIndent is DRF's bound of what application/json; indent=4 may ask for.
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
