// Package evtx reads Windows event log files (.evtx) on every system.
//
// The format is described by Joachim Metz in "Windows XML Event Log (EVTX)
// format" (https://github.com/libyal/libevtx) and, for the binary XML, in
// [MS-EVEN6] section 2.2.12. A file is a header and chunks of 64 KiB; a chunk
// holds records, each an event in binary XML, and the names and templates that
// its records share.
//
// Damage stays contained: a record or chunk that cannot be read is reported
// and skipped, all others are read.
package evtx

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"time"
)

const (
	fileMagic   = "ElfFile\x00"
	chunkMagic  = "ElfChnk\x00"
	recordMagic = 0x00002a2a

	chunkSize   = 1 << 16
	chunkHead   = 512 // with the tables of names and templates
	recordHead  = 24
	defaultHead = 4096 // of a file
)

// Magic begins every file.
const Magic = fileMagic

// Record is one event.
type Record struct {
	ID      uint64    // the record number that the log assigned
	Written time.Time // when the log wrote it, UTC, with 100 ns resolution

	// JSON is the event as {"Event": {"System": {...}, "EventData": {...}}},
	// as described in render.go. It is one line of valid UTF-8.
	JSON string
}

// Problem describes a part of a file that could not be read.
type Problem struct {
	Chunk  int   // from 0
	Offset int64 // in the file
	Err    error
}

// Error implements error.
func (p *Problem) Error() string {
	return fmt.Sprintf("chunk %d, at byte %d: %v", p.Chunk, p.Offset, p.Err)
}

// Unwrap returns the cause.
func (p *Problem) Unwrap() error { return p.Err }

// The causes.
var (
	ErrNotEVTX = errors.New("not a Windows event log file")
	errDamaged = errors.New("damaged")
)

func damaged(format string, args ...any) error {
	return fmt.Errorf("%w: %s", errDamaged, fmt.Sprintf(format, args...))
}

// Reader reads the events of a file in file order.
type Reader struct {
	r     io.Reader
	at    int64 // in the file
	chunk int   // the current one, from 0; -1 before the first
	head  []byte

	data    []byte // of the chunk
	pos     int    // of the next record
	end     int    // of the records
	told    int    // where the chunk says they end
	last    uint64 // id of the previous record
	dirty   bool   // the log was in use when it was copied
	decoder decoder
	failed  []*Problem // not yet returned
	out     []byte
}

// NewReader reads a file's header.
func NewReader(r io.Reader) (*Reader, error) {
	x := &Reader{r: r, chunk: -1, head: make([]byte, 128), data: make([]byte, chunkSize)}
	if _, err := io.ReadFull(r, x.head); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, ErrNotEVTX
		}
		return nil, err
	}
	if string(x.head[:8]) != fileMagic {
		return nil, ErrNotEVTX
	}
	size := int64(binary.LittleEndian.Uint16(x.head[40:])) // of the header with what follows it
	if size < 128 {
		size = defaultHead
	}
	x.dirty = x.head[120]&1 != 0
	if _, err := io.CopyN(io.Discard, r, size-128); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	x.at = size
	return x, nil
}

// Next returns the next event. The error is io.EOF after the last one, a
// *Problem for a part that is skipped, after which reading can continue, or
// the error that kept the file from being read.
func (x *Reader) Next() (Record, error) {
	for {
		if len(x.failed) > 0 {
			p := x.failed[0]
			x.failed = x.failed[1:]
			return Record{}, p
		}
		if x.pos+recordHead > x.end {
			if err := x.nextChunk(); err != nil {
				return Record{}, err
			}
			continue
		}
		from, size := x.pos, x.sizeAt(x.pos)
		switch {
		case from >= x.told && (size == 0 || x.idAt(from) != x.last+1):
			x.pos = x.end // after the last record
			continue
		case size == 0:
			if x.pos = x.find(from + 4); x.pos < 0 {
				x.pos = x.end
				if !x.beginsAt(from) { // only the rest of the chunk
					continue
				}
			}
			return Record{}, x.problem(from, damaged("no record where one should be"))
		}
		x.pos += size
		rec, err := x.record(from, size)
		if err != nil {
			return Record{}, x.problem(from, err)
		}
		return rec, nil
	}
}

func (x *Reader) problem(pos int, err error) *Problem {
	return &Problem{x.chunk, x.at - chunkSize + int64(pos), err}
}

// nextChunk reads the next chunk.
func (x *Reader) nextChunk() error {
	n, err := io.ReadFull(x.r, x.data)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err // io.EOF at the end of the file
	}
	clear(x.data[n:])
	x.at += chunkSize
	x.chunk++
	x.pos, x.end = chunkHead, 0
	fail := func(err error) { x.failed = append(x.failed, x.problem(0, err)) }
	if string(x.data[:8]) != chunkMagic {
		if len(bytes.Trim(x.data[:n], "\x00")) > 0 { // otherwise it was never used
			fail(damaged("it does not begin as a chunk does"))
		}
		return nil
	}
	free := int(binary.LittleEndian.Uint32(x.data[48:]))
	x.end, x.told, x.last = free, free, 0
	switch {
	case n < chunkSize && free > n:
		fail(damaged("the file ends within it"))
		x.end = n
	case free < chunkHead || free > chunkSize:
		fail(damaged("it says its records end at %d", free))
		x.end, x.told = n, n
	case x.dirty && binary.LittleEndian.Uint32(x.data[52:]) != crc32.ChecksumIEEE(x.data[chunkHead:free]):
		// Windows continued writing after it last recorded where the records
		// end. Anything else beyond that is older: deleted, or from another
		// log.
		x.end = n
	}
	x.decoder.reset(x.data[:n])
	return nil
}

// find returns where the next record seems to begin, -1 if there is none.
func (x *Reader) find(from int) int {
	for pos := from; pos+recordHead <= x.end; {
		i := bytes.Index(x.data[pos:x.end], []byte{0x2a, 0x2a, 0, 0})
		if i < 0 {
			return -1
		}
		pos += i
		if x.sizeAt(pos) > 0 {
			return pos
		}
		pos += 4
	}
	return -1
}

func (x *Reader) beginsAt(pos int) bool {
	return binary.LittleEndian.Uint32(x.data[pos:]) == recordMagic
}

func (x *Reader) idAt(pos int) uint64 { return binary.LittleEndian.Uint64(x.data[pos+8:]) }

// sizeAt returns the size of the record at pos, 0 if there is none: it is
// stored both before and after it.
func (x *Reader) sizeAt(pos int) int {
	if pos+recordHead > x.end || !x.beginsAt(pos) {
		return 0
	}
	size := int(binary.LittleEndian.Uint32(x.data[pos+4:]))
	if size < recordHead+4 || size > x.end-pos || int(binary.LittleEndian.Uint32(x.data[pos+size-4:])) != size {
		return 0
	}
	return size
}

// record reads the record at pos.
func (x *Reader) record(pos, size int) (Record, error) {
	rec := Record{ID: x.idAt(pos), Written: fileTime(binary.LittleEndian.Uint64(x.data[pos+16:]))}
	x.last = rec.ID
	var err error
	x.out, err = x.decoder.event(x.out[:0], source{b: x.data[:pos+size-4], at: pos + recordHead})
	if err != nil {
		return rec, fmt.Errorf("record %d: %w", rec.ID, err)
	}
	rec.JSON = string(x.out)
	return rec, nil
}

// fileTime converts a FILETIME, 100 ns units since 1601.
func fileTime(t uint64) time.Time {
	const epoch = 116444736000000000 // 1970 in FILETIME
	d := int64(t - epoch)
	return time.Unix(d/1e7, d%1e7*100).UTC()
}
