;; The plain road's helper: it takes messages from WebSockets without a call of
;; Go for each. mailbox_js.go embeds what wat2wasm makes of it (go generate) and
;; lends it the functions of the platform that are imported here.
;;
;; A record in the mailbox is the number of a WebSocket, the length of its
;; message with the highest bit set if it is a text, and the message; the
;; numbers are of four bytes, the lowest first.
(module
  (import "js" "memory" (memory 1))

  ;; The same function may be lent twice, for results of different types.
  (import "js" "get" (func $get (param externref externref) (result externref)))
  (import "js" "get" (func $integer (param externref externref) (result i32)))
  (import "js" "is" (func $is (param externref externref) (result i32)))
  (import "js" "object" (func $object (param externref) (result externref)))
  (import "js" "of" (func $of (param externref) (result externref)))
  (import "js" "of" (func $of3 (param externref f64 i32) (result externref)))
  (import "js" "view" (func $view (param externref) (result externref)))
  (import "js" "Uint8Array.set" (func $copy (param externref externref)))
  (import "js" "set" (func $set (param externref i32)))
  (import "js" "subarray" (func $subarray (param i32) (result externref)))
  (import "js" "encodeInto" (func $encodeInto (param externref externref) (result externref)))
  (import "js" "decode" (func $decode (param externref) (result externref)))
  (import "js" "Uint8Array.subarray" (func $first (param externref i32 i32) (result externref)))
  (import "js" "Uint8Array.slice" (func $copyOf (param externref i32 i32) (result externref)))
  (import "js" "apply" (func $apply (param externref externref externref)))
  (import "js" "data" (global $dataKey externref))
  (import "js" "length" (global $lengthKey externref))
  (import "js" "written" (global $writtenKey externref))

  ;; ask has turn called in a task of its own. deliver calls Go, which empties
  ;; the mailbox and then takes the event that it is given, if there is one.
  (import "js" "ask" (func $ask))
  (import "js" "deliver" (func $deliver (param i32 externref)))

  ;; Where the program's Go object is known, Go is called for 1/500 of the cost
  ;; by functions that it exports: drain empties the mailbox, resume lets
  ;; goroutines run. What is large goes straight into Go's memory, where accept
  ;; says, which is 0 for a message that is refused.
  (import "js" "go" (global $go externref)) ;; or null
  (import "js" "instance" (global $instance externref))
  (import "js" "_inst" (global $instanceKey externref))
  (import "js" "exited" (global $exitedKey externref))
  (import "js" "mem" (global $mem externref))
  (import "js" "buffer" (global $bufferKey externref))
  (import "js" "amphiwire_drain" (func $drain (param i32)))
  (import "js" "amphiwire_accept" (func $accept (param i32 i32 i32) (result i32)))
  (import "js" "amphiwire_deliver" (func $accepted (param i32 i32)))
  (import "js" "resume" (func $resume))
  (import "js" "resolveExit" (func $resolveExit))

  (global $used (mut i32) (i32.const 0))    ;; bytes of records
  (global $arrived (mut i32) (i32.const 0)) ;; bytes since Go was woken
  (global $asked (mut i32) (i32.const 0))   ;; turn will be called
  (global $wanted (mut i32) (i32.const 0))  ;; Go wants to be woken by it

  ;; Bytes from which Go is woken at once. Some engines deliver hundreds of
  ;; messages before any other task.
  (global $much i32 (i32.const 65536))
  ;; Bytes from which a message is large.
  (global $large i32 (i32.const 16384))

  ;; message is the listener of WebSocket id, bound to its number. What does
  ;; not fit, and what throws, is left to Go.
  (func (export "message") (param $id i32) (param $event externref)
    (call $askTurn)
    (if (i32.eqz (call $take (local.get $id) (local.get $event)))
      (then
        (if (i32.eqz (call $ended))
          (then (call $deliver (local.get $id) (local.get $event)))))
      (else
        (if (i32.ge_u (global.get $arrived) (global.get $much))
          (then (call $wake))))))

  (func $wake
    (global.set $arrived (i32.const 0))
    (if (ref.is_null (global.get $go))
      (then (call $deliver (i32.const 0) (ref.null extern)) (return)))
    (if (call $ended)
      (then (return)))
    (call $drain (i32.const 0))
    (if (call $ended)
      (then (return)))
    (call $resume))

  ;; take reports whether the message is in the mailbox now.
  (func $take (param $id i32) (param $event externref) (result i32)
    (local $data externref)
    (try (result i32)
      (do
        (local.set $data (call $get (local.get $event) (global.get $dataKey)))
        ;; Only an object is what Object makes of it.
        (if (result i32) (call $is (local.get $data) (call $object (local.get $data)))
          (then (call $binary (local.get $id) (call $view (call $of (local.get $data)))))
          (else (call $text (local.get $id) (local.get $data)))))
      (catch_all (call $ended))))

  ;; guard calls f, a function of Go's, with an event while the program runs.
  (func (export "guard") (param $f externref) (param $event externref)
    (if (i32.eqz (call $ended))
      (then (call $apply (local.get $f) (ref.null extern) (call $of (local.get $event))))))

  ;; ended reports whether the program has ended, perhaps for lack of memory for
  ;; a message. Then it says so to who runs the program, unless the same Go object
  ;; runs another one already, which must get nothing of this one's.
  (func $ended (result i32)
    (if (ref.is_null (global.get $go))
      (then (return (i32.const 0))))
    (if (i32.eqz (call $is (call $get (global.get $go) (global.get $instanceKey)) (global.get $instance)))
      (then (return (i32.const 1))))
    (if (i32.eqz (call $integer (global.get $go) (global.get $exitedKey)))
      (then (return (i32.const 0))))
    (call $resolveExit)
    (i32.const 1))

  ;; What is not an ArrayBuffer makes a view of no bytes, which is left to Go.
  (func $binary (param $id i32) (param $data externref) (result i32)
    (local $n i32)
    (local.set $n (call $integer (local.get $data) (global.get $lengthKey)))
    (if (i32.eqz (local.get $n))
      (then (return (i32.const 0))))
    (if (i32.and (i32.ge_u (local.get $n) (global.get $large)) (i32.eqz (ref.is_null (global.get $go))))
      (then (return (call $direct (local.get $id) (local.get $data) (local.get $n)))))
    (if (i32.gt_s (local.get $n) (call $room))
      (then (return (i32.const 0))))
    (call $set (local.get $data) (call $start))
    (call $record (local.get $id) (local.get $n) (i32.const 0))
    (i32.const 1))

  ;; direct copies a message into Go's memory, which may have grown and have
  ;; another buffer each time that Go has run.
  (func $direct (param $id i32) (param $data externref) (param $n i32) (result i32)
    (local $at i32)
    (if (call $ended)
      (then (return (i32.const 1))))
    (call $drain (local.get $id))
    (local.set $at (call $accept (local.get $id) (local.get $n) (i32.const 0)))
    (if (local.get $at)
      (then
        (call $copy
          (call $view (call $of3 (call $get (global.get $mem) (global.get $bufferKey))
            (f64.convert_i32_u (local.get $at)) (local.get $n)))
          (local.get $data))
        (call $accepted (local.get $id) (local.get $n))))
    (drop (call $ended))
    (call $arrive (local.get $n))
    (i32.const 1))

  (func $arrive (param $n i32)
    (global.set $arrived (i32.add (global.get $arrived) (local.get $n))))

  ;; A text of which less than four bytes of room are left may go on.
  (func $text (param $id i32) (param $data externref) (result i32)
    (local $n i32)
    (if (i32.lt_s (call $room) (i32.const 4))
      (then (return (i32.const 0))))
    (local.set $n (call $integer
      (call $encodeInto (local.get $data) (call $subarray (call $start)))
      (global.get $writtenKey)))
    (if (i32.lt_s (i32.sub (call $room) (local.get $n)) (i32.const 4))
      (then (return (i32.const 0))))
    (call $record (local.get $id) (local.get $n) (i32.const 0x80000000))
    (i32.const 1))

  ;; start is where the next message begins, and room how long it may be.
  (func $start (result i32) (i32.add (global.get $used) (i32.const 8)))
  (func $room (result i32)
    (i32.sub (i32.mul (memory.size) (i32.const 65536)) (call $start)))

  (func $record (param $id i32) (param $n i32) (param $type i32)
    (i32.store (global.get $used) (local.get $id))
    (i32.store offset=4 (global.get $used) (i32.or (local.get $n) (local.get $type)))
    (global.set $used (i32.add (call $start) (local.get $n)))
    (call $arrive (i32.add (local.get $n) (i32.const 8))))

  (func $askTurn
    (if (global.get $asked) (then (return)))
    (global.set $asked (i32.const 1))
    (call $ask))

  ;; wantTurn has Go woken in a task of its own even if no message comes.
  (func (export "wantTurn")
    (global.set $wanted (i32.const 1))
    (call $askTurn))

  (func (export "turn")
    (global.set $asked (i32.const 0))
    (if (i32.or (global.get $arrived) (global.get $wanted))
      (then
        (global.set $wanted (i32.const 0))
        (call $wake))))

  ;; empty returns how long the records are, and forgets them: Go copies them
  ;; before anything else can run.
  (func (export "empty") (result i32)
    (global.get $used)
    (global.set $used (i32.const 0)))

  ;; These send the first n bytes of an array, which is used again: what a page
  ;; has put in the place of WebSocket may look at them later.
  (func (export "sendBinary") (param $send externref) (param $array externref) (param $n i32)
    (call $apply (local.get $send) (ref.null extern)
      (call $of (call $copyOf (local.get $array) (i32.const 0) (local.get $n)))))
  (func (export "sendText") (param $send externref) (param $array externref) (param $n i32)
    (call $apply (local.get $send) (ref.null extern)
      (call $of (call $decode (call $first (local.get $array) (i32.const 0) (local.get $n)))))))
