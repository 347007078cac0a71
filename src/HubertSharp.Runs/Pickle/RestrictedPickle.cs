using System.Globalization;
using System.Text.RegularExpressions;

namespace HubertSharp.Runs.Pickle;

/// <summary>
/// Reads Python pickles (protocols 0 to 5) as data. Where Python would import a name or call it, this builds a <see cref="PickleGlobal"/>
/// or a
/// <see cref="PickleObject"/>, and only for names on the policy's list: no file can make it run anything.
/// </summary>
/// <remarks>
/// Values: null, bool, long, BigInteger, double, string, byte[], object?[] (tuple), List (list), HashSet as PickleObject,
/// PickleMap, PickleGlobal, PickleObject. Instructions: CPython's pickletools. Each instruction costs its bytes, and the number of values
/// is limited, so memory stays proportional to the file.
/// </remarks>
internal sealed partial class RestrictedPickle
{
    /// <summary>More values than any model or checkpoint has.</summary>
    internal const int MostValues = 1_000_000;

    private static readonly object Mark = new();

    private readonly PickleInput _input;
    private readonly PicklePolicy _policy;
    private readonly List<object?> _stack = [];
    private readonly Dictionary<long, object?> _memo = [];
    private int _values;

    private RestrictedPickle(PickleInput input, PicklePolicy policy) => (_input, _policy) = (input, policy);

    /// <summary>Reads one pickle from the input, which then stands behind it.</summary>
    /// <exception cref="UserException">Damaged, beyond the limits, or it names something that is not on the list.</exception>
    public static object? Read(PickleInput input, PicklePolicy policy) => new RestrictedPickle(input, policy).Run();

    private object? Run()
    {
        while (true)
        {
            var at = _input.Position;
            var opcode = _input.Byte();
            if (opcode == (byte)'.')
                return Pop();
            if (!Constant(opcode) && !Container(opcode) && !Construction(opcode) && !Memo(opcode))
                throw PickleFaults.Opcode(_input.Where, at, opcode);
        }
    }

    /// <summary>Instructions that push one value.</summary>
    private bool Constant(byte opcode)
    {
        switch (opcode)
        {
            case (byte)'N': Push(null); break;
            case 0x88: Push(true); break;
            case 0x89: Push(false); break;
            case (byte)'K': Push((long)_input.Byte()); break;
            case (byte)'M': Push((long)_input.UInt16()); break;
            case (byte)'J': Push((long)_input.Int32()); break;
            case 0x8a: Push(_input.Integer(_input.Byte())); break;
            case 0x8b: Push(_input.Integer(_input.Length32())); break;
            case (byte)'I': Push(_input.Line() switch { "00" => false, "01" => true, var line => _input.DecimalInteger(line) }); break;
            case (byte)'L': Push(_input.DecimalInteger(_input.Line())); break;
            case (byte)'G': Push(_input.BigEndianDouble()); break;
            case (byte)'F': Push(Double(_input.Line())); break;
            case 0x8c: Push(_input.Text(_input.Byte())); break;
            case (byte)'X': Push(_input.Text(_input.Length32())); break;
            case 0x8d: Push(_input.Text(_input.Length64())); break;
            case (byte)'V': Push(Unescape(_input.Line())); break;
            case (byte)'S': Push(Unquote(_input.Line())); break;
            case (byte)'U': Push(_input.Text(_input.Byte())); break;
            case (byte)'T': Push(_input.Text(_input.Length32())); break;
            case (byte)'C': Push(_input.Bytes(_input.Byte()).ToArray()); break;
            case (byte)'B': Push(_input.Bytes(_input.Length32()).ToArray()); break;
            case 0x8e or 0x96: Push(_input.Bytes(_input.Length64()).ToArray()); break;
            default: return false;
        }
        return true;
    }

    /// <summary>Instructions for the stack, tuples, lists, dictionaries and sets.</summary>
    private bool Container(byte opcode)
    {
        switch (opcode)
        {
            case 0x80: Protocol(_input.Byte()); break;
            case 0x95: _input.Length64(); break; // a frame is only a hint for buffering
            case (byte)'(': Push(Mark); break;
            case (byte)'0': Pop(); break;
            case (byte)'1': PopToMark(); break;
            case (byte)'2': Push(Peek()); break;
            case (byte)')': Push(Array.Empty<object?>()); break;
            case 0x85 or 0x86 or 0x87: Push(Take(opcode - 0x84)); break;
            case (byte)'t': Push(PopToMark()); break;
            case (byte)']': Push(new List<object?>()); break;
            case (byte)'l': Push(new List<object?>(PopToMark())); break;
            case (byte)'}': Push(new PickleMap()); break;
            case (byte)'d': SetItems(PopToMark(), push: new PickleMap()); break;
            case (byte)'a': Append(Take(1)); break;
            case (byte)'e': Append(PopToMark()); break;
            case (byte)'s': SetItems(Take(2)); break;
            case (byte)'u': SetItems(PopToMark()); break;
            case 0x8f: Push(new PickleObject(new PickleGlobal("builtins", "set"), null)); break;
            case 0x90: Append(PopToMark()); break;
            case 0x91: Push(new PickleObject(new PickleGlobal("builtins", "frozenset"), PopToMark())); break;
            default: return false;
        }
        return true;
    }

    /// <summary>Instructions that Python answers by importing and calling.</summary>
    private bool Construction(byte opcode)
    {
        object?[] parts;
        switch (opcode)
        {
            case (byte)'c': Push(Global(_input.Line(), _input.Line())); break;
            case 0x93:
                parts = Take(2);
                Push(parts is [string module, string name] ? Global(module, name) : throw Expected("the name of a class", parts));
                break;
            case (byte)'R' or 0x81:
                parts = Take(2);
                Push(parts is [PickleGlobal type, object?[] arguments]
                    ? Call(type, arguments)
                    : throw Expected("a class and its arguments", parts));
                break;
            case 0x92:
                parts = Take(3);
                Push(parts is [PickleGlobal classOf, object?[], PickleMap]
                    ? Call(classOf, parts[1])
                    : throw Expected("a class and its arguments", parts));
                break;
            case (byte)'i':
                var instance = Global(_input.Line(), _input.Line());
                Push(new PickleObject(instance, PopToMark()));
                break;
            case (byte)'o':
                parts = PopToMark();
                Push(parts is [PickleGlobal first, ..]
                    ? new PickleObject(first, parts[1..])
                    : throw Expected("a class and its arguments", parts));
                break;
            case (byte)'b': Build(); break;
            case (byte)'Q' when _policy.Persistent is { } load: Push(load(Pop())); break;
            case (byte)'P' when _policy.Persistent is { } load: Push(load(_input.Line())); break;
            default: return false;
        }
        return true;
    }

    private object Call(PickleGlobal type, object? arguments)
    {
        var made = new PickleObject(type, arguments);
        return _policy.Called is { } called ? called(made) : made;
    }

    private bool Memo(byte opcode)
    {
        switch (opcode)
        {
            case 0x94: Remember(_memo.Count); break;
            case (byte)'q': Remember(_input.Byte()); break;
            case (byte)'r': Remember(_input.Length32()); break;
            case (byte)'p': Remember(Index(_input.Line())); break;
            case (byte)'h': Recall(_input.Byte()); break;
            case (byte)'j': Recall(_input.Length32()); break;
            case (byte)'g': Recall(Index(_input.Line())); break;
            default: return false;
        }
        return true;
    }

    private void Build()
    {
        var state = Pop();
        if (Pop() is not PickleObject target)
            throw PickleFaults.Damaged(_input.Where, "an object for its state", $"another value before byte {_input.Position}");
        target.State = state;
        Push(_policy.Built is { } built ? built(target, _input) : target);
    }

    private PickleGlobal Global(string module, string name) =>
        _policy.Globals.Contains($"{module}.{name}")
            ? new PickleGlobal(module, name)
            : throw PickleFaults.Global(_input.Where, PrintableText.Of($"{module}.{name}"));

    private void Append(object?[] items)
    {
        switch (Peek())
        {
            case List<object?> list: list.AddRange(items); break;
            case PickleObject target: target.Append(items); break;
            default: throw PickleFaults.Damaged(_input.Where, "a list to append to", $"another value before byte {_input.Position}");
        }
    }

    private void SetItems(object?[] pairs, PickleMap? push = null)
    {
        if (push is not null)
            Push(push);
        var target = Peek() switch { PickleMap own => own, PickleObject o => o.EntriesToFill(), _ => null };
        if (target is null || pairs.Length % 2 != 0)
            throw PickleFaults.Damaged(_input.Where, "a dictionary and its pairs", $"another value before byte {_input.Position}");
        for (var i = 0; i < pairs.Length; i += 2)
            target.Add(pairs[i], pairs[i + 1]);
    }

    private void Protocol(byte version)
    {
        if (version > 5)
            throw PickleFaults.Damaged(_input.Where, "a pickle of protocol 0 to 5", $"protocol {version}");
    }

    private void Push(object? value)
    {
        if (++_values > _policy.MostValues)
            throw PickleFaults.TooLarge(_input.Where, $"at most {_policy.MostValues} values", "more");
        _stack.Add(value);
    }

    private object? Peek() => _stack is [.., var top] && top != Mark ? top : throw Underflow();

    private object? Pop()
    {
        var value = Peek();
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    /// <summary>The top <paramref name="count"/> values, the deepest first.</summary>
    private object?[] Take(int count)
    {
        var values = new object?[count];
        while (count-- > 0)
            values[count] = Pop();
        return values;
    }

    private object?[] PopToMark()
    {
        var mark = _stack.LastIndexOf(Mark);
        if (mark < 0)
            throw Underflow();
        object?[] values = [.. _stack.Skip(mark + 1)];
        _stack.RemoveRange(mark, _stack.Count - mark);
        return values;
    }

    /// <remarks>Writers number from 0 on; far numbers would only serve to make the table collide.</remarks>
    private void Remember(long index)
    {
        if (index < 0 || index >= _policy.MostValues)
            throw PickleFaults.TooLarge(_input.Where, $"at most {_policy.MostValues} values", $"number {index}");
        _memo[index] = Peek();
    }

    private void Recall(long index) =>
        Push(_memo.TryGetValue(index, out var value)
            ? value
            : throw PickleFaults.Damaged(_input.Where, "a value that was remembered", $"number {index}"));

    private long Index(string line) => _input.DecimalInteger(line) is long index ? index : throw Expected("the number of a value", [line]);

    private double Double(string line) =>
        double.TryParse(line, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : throw Expected("a number", [line]);

    private string Unquote(string line) =>
        line.Length >= 2 && line[0] is '\'' or '"' && line[^1] == line[0] && !line.Contains('\\')
            ? line[1..^1]
            : throw Expected("plain quoted text", [line]);

    /// <summary>Python's raw-unicode-escape: only \\uXXXX and \\UXXXXXXXX stand for other characters.</summary>
    private static string Unescape(string line) => EscapedCharacter().Replace(line, match =>
        int.Parse(match.ValueSpan[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture) is var code
        && code is (< 0x11_0000 and >= 0) and not (>= 0xd800 and < 0xe000)
            ? char.ConvertFromUtf32(code)
            : "\ufffd");

    [GeneratedRegex(@"\\u[0-9a-fA-F]{4}|\\U[0-9a-fA-F]{8}")]
    private static partial Regex EscapedCharacter();

    private UserException Underflow() => PickleFaults.Damaged(_input.Where, "a value", $"none before byte {_input.Position}");

    private UserException Expected(string expected, object?[] found) =>
        PickleFaults.Damaged(_input.Where, expected,
            PrintableText.Of(string.Join(", ", found.Select(f => f as string ?? f?.GetType().Name ?? "None"))));
}
