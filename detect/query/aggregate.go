package query

import (
	"math"
	"math/bits"
	"strconv"
	"strings"
)

// agg is the state of one aggregation in one group. Which of its members matter
// depends on the function.
type agg struct {
	n int64 // Count: events; the others: numbers or times seen

	// Sum and Avg: the numbers so far are whole + real + lost. Integers are
	// added up in whole as long as they fit, so that their sum is exact and
	// the same in any order; lost is what rounding took from real (Neumaier).
	// Min and Max: real is the best number, whole the best time.
	whole      int64
	real, lost float64

	values *distinct // DCount
}

// Numeric reports whether the aggregation computes with numbers.
func (a *Agg) Numeric() bool { return a.Func != Count && a.Func != DCount && !a.isTime() }

// aggBytes is the size of agg.
const aggBytes = 40

// addNumber takes a value n times, if it is a number.
func (s *agg) addNumber(f AggFunc, text string, n int) {
	whole, real, isWhole, ok := parseNumber(text)
	if ok {
		s.addParsed(f, whole, real, isWhole, n)
	}
}

// addParsed takes a number as parseNumber reads it n times.
func (s *agg) addParsed(f AggFunc, whole int64, real float64, isWhole bool, n int) {
	s.n += int64(n)
	switch {
	case f == Min, f == Max:
		if isWhole {
			real = float64(whole)
		}
		if s.n == int64(n) || f == Min && real < s.real || f == Max && real > s.real {
			s.real = real
		}
	case isWhole:
		if sum, ok := times(whole, int64(n)); ok {
			s.addWhole(sum)
		} else {
			s.addReal(float64(whole) * float64(n))
		}
	default:
		s.addReal(real * float64(n))
	}
}

func (s *agg) addTime(f AggFunc, at int64, n int) {
	s.n += int64(n)
	if s.n == int64(n) || f == Min && at < s.whole || f == Max && at > s.whole {
		s.whole = at
	}
}

// parseNumber reads a decimal number: as whole if an int64 holds it, as real
// otherwise.
func parseNumber(s string) (whole int64, real float64, isWhole, ok bool) {
	d := strings.TrimPrefix(s, "-")
	if d != "" && len(d) <= 18 && digits(d) == len(d) {
		n, err := strconv.ParseInt(s, 10, 64)
		return n, 0, true, err == nil
	}
	if _, ok := ParseNumber(s); !ok { // ParseFloat accepts hexadecimal and "inf"
		return 0, 0, false, false
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0, 0, false, false // more than a float64 holds
	}
	if f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		return int64(f), 0, true, true
	}
	return 0, f, false, true
}

// times multiplies; false when an int64 cannot hold the product.
func times(a, n int64) (int64, bool) {
	size := uint64(a)
	if a < 0 {
		size = -size
	}
	hi, lo := bits.Mul64(size, uint64(n))
	if hi != 0 || lo > math.MaxInt64 {
		return 0, false
	}
	if a < 0 {
		return -int64(lo), true
	}
	return int64(lo), true
}

func (s *agg) addWhole(n int64) {
	if sum := s.whole + n; (sum > s.whole) == (n > 0) {
		s.whole = sum
		return
	}
	s.addReal(float64(s.whole))
	s.whole = n
}

func (s *agg) addReal(x float64) {
	sum := s.real + x
	switch {
	case math.IsInf(sum, 0):
		s.real, s.lost = math.Copysign(math.MaxFloat64, sum), 0
		return
	case math.Abs(s.real) >= math.Abs(x):
		s.lost += (s.real - sum) + x
	default:
		s.lost += (x - sum) + s.real
	}
	s.real = sum
}

// merge adds the state of another group with the same keys.
func (s *agg) merge(a *Accumulator, f AggFunc, from *agg) {
	if from.n == 0 && from.values == nil {
		return
	}
	switch f {
	case DCount:
		s.distinct(a).merge(a, from.values)
	case Min, Max:
		// Numbers are in real, times in whole; the other one is 0 in both.
		if s.n == 0 || f == Min && (from.real < s.real || from.whole < s.whole) || f == Max && (from.real > s.real || from.whole > s.whole) {
			s.real, s.whole = from.real, from.whole
		}
	case Sum, Avg:
		s.addWhole(from.whole)
		s.addReal(from.real)
		s.addReal(from.lost)
	}
	s.n += from.n
}

// cell returns the result for a group of n events.
func (s *agg) cell(of *Agg, n int64) Cell {
	switch {
	case of.Func == Count && of.Field.Refs == nil:
		return wholeCell(n)
	case of.Func == Count:
		return wholeCell(s.n)
	case of.Func == DCount && s.values == nil:
		return wholeCell(0)
	case of.Func == DCount:
		return wholeCell(int64(s.values.count()))
	case s.n == 0:
		return Cell{Null: true}
	case of.isTime():
		return Cell{Time: s.whole}
	case of.Func == Min, of.Func == Max:
		return realCell(s.real)
	case of.Func == Sum && s.real == 0 && s.lost == 0:
		return wholeCell(s.whole)
	}
	sum := *s
	sum.addReal(float64(s.whole))
	total := sum.real + sum.lost
	if of.Func == Avg {
		total /= float64(s.n)
	}
	return realCell(total)
}

// isTime reports whether the column holds times.
func (a *Agg) isTime() bool { return (a.Func == Min || a.Func == Max) && a.Field.isTime() }

func wholeCell(n int64) Cell { return Cell{Number: float64(n), Text: strconv.FormatInt(n, 10)} }

func realCell(f float64) Cell { return Cell{Number: f, Text: numberText(f)} }

// numberText writes a number for people: without exponent, integers in full,
// fractions with at most six decimals unless they are tiny.
func numberText(f float64) string {
	if f == 0 {
		return "0" // not -0
	}
	if f == math.Trunc(f) || math.Abs(f) < 0.001 {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return strings.TrimRight(strings.TrimRight(strconv.FormatFloat(f, 'f', 6, 64), "0"), ".")
}
