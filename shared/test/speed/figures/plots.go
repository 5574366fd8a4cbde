package main

import (
	"bytes"
	"fmt"
	"image/color"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// plots are the images by their files' names.
var plots = map[string]func(figures) ([]byte, error){"latency.svg": latency, "refusals.svg": refusals}

// Colours that stand out on white as on black. There is no background.
var (
	ink    = color.NRGBA{0x80, 0x86, 0x8c, 0xff}
	faint  = color.NRGBA{0x80, 0x86, 0x8c, 0x50}
	blue   = color.NRGBA{0x3b, 0x82, 0xd6, 0xff}
	orange = color.NRGBA{0xd9, 0x77, 0x1f, 0xff}
)

// latency is how long a login takes at serve, by how many there are at once, and how long raw bcrypt does.
func latency(f figures) ([]byte, error) {
	p := empty("ms", "concurrent logins at serve, cost 10")
	p.X.Scale, p.Y.Scale = plot.LogScale{}, plot.LogScale{}
	p.X.Tick.Marker = ticks{1, 2, 4, 8, 16, 32, 64}
	p.Y.Tick.Marker = ticks{10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000}
	for _, row := range []struct {
		title, unit string
		color       color.Color
		dashes      []vg.Length
	}{
		{"99 of 100 logins within", "p99-ms", orange, nil},
		{"half of the logins within", "p50-ms", blue, nil},
		{"half of raw bcrypt within", "bcrypt-p50-ms", ink, []vg.Length{vg.Points(3), vg.Points(3)}},
	} {
		var points plotter.XYs
		for _, level := range levels {
			value, err := f.get(fmt.Sprintf("Throughput/concurrency=%d", level), row.unit)
			if err != nil {
				return nil, err
			}
			points = append(points, plotter.XY{X: float64(level), Y: value})
		}
		line, dots, err := plotter.NewLinePoints(points)
		if err != nil {
			return nil, fmt.Errorf("plotting %s: %w", row.title, err)
		}
		line.Color, line.Width, line.Dashes = row.color, vg.Points(1.5), row.dashes
		dots.Color, dots.Shape, dots.Radius = row.color, draw.CircleGlyph{}, vg.Points(2)
		p.Add(line, dots)
		p.Legend.Add(row.title, line)
	}
	p.Y.Max *= 1.2
	return svg(p)
}

// refusals is how long a refusal takes, by its cause: the median, and the middle half.
func refusals(f figures) ([]byte, error) {
	p := empty("ms", "cause of the refusal, cost 10: median and middle half")
	for i, row := range []struct {
		target string
		color  color.Color
	}{{"serve", blue}, {"functions", orange}} {
		var middle plotter.XYs
		var halves plotter.YErrors
		for j, cause := range causes {
			var q [3]float64
			for k, unit := range []string{"q1-ms", "p50-ms", "q3-ms"} {
				var err error
				if q[k], err = f.get("Refusal/"+row.target+"/"+cause.Name, unit); err != nil {
					return nil, err
				}
			}
			const apart = 0.2 // between the two targets
			middle = append(middle, plotter.XY{X: float64(j) + apart*(float64(i)-0.5), Y: q[1]})
			halves = append(halves, struct{ Low, High float64 }{q[1] - q[0], q[2] - q[1]})
		}
		bars, err := plotter.NewYErrorBars(struct {
			plotter.XYs
			plotter.YErrors
		}{middle, halves})
		if err != nil {
			return nil, fmt.Errorf("plotting refusals: %w", err)
		}
		dots, err := plotter.NewScatter(middle)
		if err != nil {
			return nil, fmt.Errorf("plotting refusals: %w", err)
		}
		bars.Color, bars.Width, bars.CapWidth = row.color, vg.Points(1.5), vg.Points(6)
		dots.Color, dots.Shape, dots.Radius = row.color, draw.CircleGlyph{}, vg.Points(3)
		p.Add(bars, dots)
		p.Legend.Add(row.target, dots)
	}
	p.Y.Min, p.Y.Max = 0, 1.05*p.Y.Max // from 0, so that a difference looks as large as it is
	var names []string
	for _, cause := range causes {
		names = append(names, cause.Title)
	}
	p.NominalX(names...)
	p.X.Min, p.X.Max = -0.5, float64(len(names))-0.5
	return svg(p)
}

// empty is a plot with nothing in it yet.
func empty(y, x string) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil
	p.X.Label.Text, p.Y.Label.Text = x, y
	p.X.Label.Padding = vg.Points(4)
	styles := []*text.Style{&p.Legend.TextStyle}
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.Color, axis.Tick.Color = ink, ink
		styles = append(styles, &axis.Label.TextStyle, &axis.Tick.Label)
	}
	for _, style := range styles {
		style.Color, style.Font.Variant = ink, "Sans"
	}
	p.Legend.YOffs = vg.Points(6) // above the axis: below the lines there is room
	grid := plotter.NewGrid()
	grid.Horizontal.Color, grid.Vertical.Color = faint, nil
	p.Add(grid)
	return p
}

// svg draws a plot. Where its font is not installed, another one without serifs will do.
func svg(p *plot.Plot) ([]byte, error) {
	canvas := vgsvg.NewWith(vgsvg.UseWH(16*vg.Centimeter, 8*vg.Centimeter))
	p.Draw(draw.New(canvas))
	var out bytes.Buffer
	if _, err := canvas.WriteTo(&out); err != nil {
		return nil, fmt.Errorf("drawing: %w", err)
	}
	const font = "font-family:Liberation Sans"
	return bytes.ReplaceAll(out.Bytes(), []byte(font), []byte(font+",Arial,sans-serif")), nil
}

// ticks are the values that an axis is marked at.
type ticks []float64

// Ticks implements plot.Ticker.
func (t ticks) Ticks(low, high float64) []plot.Tick {
	var marks []plot.Tick
	for _, value := range t {
		if low <= value && value <= high {
			marks = append(marks, plot.Tick{Value: value, Label: strconv.FormatFloat(value, 'f', -1, 64)})
		}
	}
	return marks
}
