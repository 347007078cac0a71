using System.Buffers;
using System.Buffers.Binary;
using System.Collections;
using System.Text;
using HubertSharp.Runs.Arrays;

namespace HubertSharp.Runs.PyTorch;

/// <summary>
/// The pickle of a PyTorch file, in protocol 2: the version that <c>torch.save</c> writes and its restricted reader takes.
/// </summary>
internal sealed class TorchPickleWriter
{
    private readonly ArrayBufferWriter<byte> _pickle = new();
    private readonly List<SafetensorsTensor> _tensors = [];

    private TorchPickleWriter()
    {
    }

    /// <returns>The pickle, and the tensors that it names by their numbers.</returns>
    public static (ReadOnlyMemory<byte> Pickle, IReadOnlyList<SafetensorsTensor> Tensors) Write(object? root)
    {
        var writer = new TorchPickleWriter();
        writer.Opcode(0x80, 2);
        writer.Value(root);
        writer.Opcode((byte)'.');
        return (writer._pickle.WrittenMemory, writer._tensors);
    }

    private void Value(object? value)
    {
        switch (value)
        {
            case null: Opcode((byte)'N'); break;
            case bool flag: Opcode(flag ? (byte)0x88 : (byte)0x89); break;
            case int whole: Integer(whole); break;
            case long whole: Integer(whole); break;
            case double real: Real(real); break;
            case string text: Text(text); break;
            case SafetensorsTensor tensor: Tensor(tensor); break;
            case PythonObject made: Object(made); break;
            case object?[] tuple: Tuple(tuple); break;
            case IDictionary map: Dictionary(map); break;
            case IEnumerable list: List(list); break;
            default: throw new ArgumentException($"a {value.GetType().Name} is not written", nameof(value));
        }
    }

    private void Dictionary(IDictionary map)
    {
        Opcode((byte)'}');
        if (map.Count == 0)
            return;
        Opcode((byte)'(');
        foreach (DictionaryEntry entry in map)
        {
            Value(entry.Key);
            Value(entry.Value);
        }
        Opcode((byte)'u');
    }

    private void List(IEnumerable list)
    {
        Opcode((byte)']');
        Opcode((byte)'(');
        foreach (var item in list)
            Value(item);
        Opcode((byte)'e');
    }

    private void Tuple(object?[] items)
    {
        Opcode((byte)'(');
        foreach (var item in items)
            Value(item);
        Opcode((byte)'t');
    }

    /// <summary>torch._utils._rebuild_tensor_v2(storage, offset, shape, strides, requires_grad, hooks).</summary>
    private void Tensor(SafetensorsTensor tensor)
    {
        Global("torch._utils", "_rebuild_tensor_v2");
        Opcode((byte)'(');
        Opcode((byte)'(');
        Text("storage");
        Global("torch", TorchStorage.ClassOf(tensor.DType));
        Text($"{_tensors.Count}");
        Text("cpu");
        Integer(tensor.Count);
        Opcode((byte)'t');
        Opcode((byte)'Q');
        Integer(0);
        Tuple([.. tensor.Shape.Cast<object>()]);
        var strides = new object?[tensor.Shape.Count];
        var stride = 1L;
        for (var axis = strides.Length - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= Math.Max(1, tensor.Shape[axis]);
        }
        Tuple(strides);
        Value(false);
        Global("collections", "OrderedDict");
        Opcode((byte)')');
        Opcode((byte)'R');
        Opcode((byte)'t');
        Opcode((byte)'R');
        _tensors.Add(tensor);
    }

    private void Object(PythonObject made)
    {
        Global(made.Module, made.Name);
        Opcode((byte)')');
        Opcode(0x81);
        Dictionary(new Dictionary<string, object?>(made.Attributes));
        Opcode((byte)'b');
    }

    private void Global(string module, string name)
    {
        Opcode((byte)'c');
        _pickle.Write(Encoding.ASCII.GetBytes($"{module}\n{name}\n"));
    }

    private void Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Opcode((byte)'X');
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        _pickle.Write(length);
        _pickle.Write(bytes);
    }

    private void Integer(long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        if (value is >= 0 and <= byte.MaxValue)
        {
            Opcode((byte)'K', bytes[0]);
        }
        else if ((int)value == value)
        {
            Opcode((byte)'J');
            _pickle.Write(bytes[..4]);
        }
        else
        {
            Opcode(0x8a, 8); // two's complement in eight bytes
            _pickle.Write(bytes);
        }
    }

    private void Real(double value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleBigEndian(bytes, value);
        Opcode((byte)'G');
        _pickle.Write(bytes);
    }

    private void Opcode(params ReadOnlySpan<byte> bytes) => _pickle.Write(bytes);
}
