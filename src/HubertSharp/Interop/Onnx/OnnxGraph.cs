using System.Runtime.InteropServices;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;

namespace HubertSharp.Interop.Onnx;

/// <summary>A graph under construction: nodes in the order in which they run, weights, inputs and outputs.</summary>
internal sealed class OnnxGraph
{
    /// <summary>The operators' version; Gelu came with 20 (ONNX 1.15).</summary>
    private const int OperatorSet = 20, IrVersion = 9;

    /// <summary>A protobuf message has less than 2 GiB; larger weights go to a file beside it.</summary>
    public const long MostInlineBytes = 1_500_000_000;

    /// <summary>What ONNX Runtime computes shapes from must be in the graph itself.</summary>
    private const int LeastOutsideBytes = 1024;

    private readonly List<OnnxMessage> _nodes = [], _inputs = [], _outputs = [];
    private readonly List<(string Name, OnnxType Type, long[] Shape, ReadOnlyMemory<byte> Bytes)> _weights = [];
    private readonly Dictionary<string, string> _constants = new(StringComparer.Ordinal);
    private int _names;

    /// <summary>What the model says of itself (<c>metadata_props</c>).</summary>
    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <param name="name">The input's name.</param>
    /// <param name="type">Element type.</param>
    /// <param name="axes">Names of axes of any size, or sizes.</param>
    public string Input(string name, OnnxType type, params string[] axes)
    {
        _inputs.Add(OnnxProto.Value(name, type, axes));
        return name;
    }

    /// <summary>An input that may be left out: its default is a weight of its name.</summary>
    /// <param name="name">The input's name.</param>
    /// <param name="type">Element type.</param>
    /// <param name="shape">Of the default; a given one may be larger where the graph can take it.</param>
    /// <param name="values">The default: whole numbers, or float32.</param>
    private string Optional(string name, OnnxType type, long[] shape, ReadOnlyMemory<byte> values)
    {
        _inputs.Add(OnnxProto.Value(name, type,
            [.. shape.Select((size, axis) => size == 1 && shape.Length > 1 ? $"{name}_{axis}" : $"{size}")]));
        return Weight(name, type, shape, values);
    }

    /// <inheritdoc cref="Optional"/>
    public string Input(string name, OnnxType type, long[] shape, params long[] values) =>
        Optional(name, type, shape, MemoryMarshal.AsBytes<long>(values).ToArray());

    /// <inheritdoc cref="Optional"/>
    public string Input(string name, OnnxType type, long[] shape, float[] values) =>
        Optional(name, type, shape, MemoryMarshal.AsBytes<float>(values).ToArray());

    /// <summary>Gives a value a name of its own and makes it an output.</summary>
    public void Output(string value, string name, OnnxType type, params string[] axes)
    {
        _nodes.Add(OnnxProto.Node("Identity", [value], [name], []));
        _outputs.Add(OnnxProto.Value(name, type, axes));
    }

    /// <summary>Adds an operator with one output.</summary>
    public string Node(string op, IEnumerable<string> inputs, params (string Name, object Value)[] attributes) =>
        Nodes(op, inputs, 1, attributes)[0];

    /// <summary>Adds an operator.</summary>
    /// <returns>The names of its outputs.</returns>
    public string[] Nodes(string op, IEnumerable<string> inputs, int outputs, params (string Name, object Value)[] attributes)
    {
        string[] names = [.. Enumerable.Range(0, outputs).Select(_ => $"{op.ToLowerInvariant()}_{_names++}")];
        _nodes.Add(OnnxProto.Node(op, inputs, names, attributes));
        return names;
    }

    /// <summary>A weight of the model.</summary>
    public string Weight(string name, IEnumerable<long> shape, float[] values) =>
        Weight(name, OnnxType.Float32, shape, MemoryMarshal.AsBytes<float>(values).ToArray());

    /// <summary>A weight of the model in double precision.</summary>
    public string Weight(string name, IEnumerable<long> shape, double[] values) =>
        Weight(name, OnnxType.Float64, shape, MemoryMarshal.AsBytes<double>(values).ToArray());

    /// <summary>A weight of the model.</summary>
    public string Weight(string name, OnnxType type, IEnumerable<long> shape, ReadOnlyMemory<byte> bytes)
    {
        _weights.Add((name, type, [.. shape], bytes));
        return name;
    }

    /// <summary>A list of whole numbers, written once however often it is used.</summary>
    public string Integers(params long[] values) =>
        Constant($"i{string.Join('_', values)}", OnnxType.Int64, [values.Length], MemoryMarshal.AsBytes<long>(values).ToArray());

    /// <summary>A whole number without axes.</summary>
    public string Integer(long value) => Constant($"s{value}", OnnxType.Int64, [], BitConverter.GetBytes(value));

    /// <summary>A number without axes.</summary>
    public string Number(float value) => Constant($"f{value:R}", OnnxType.Float32, [], BitConverter.GetBytes(value));

    /// <summary>A size of a value as it is at run time, without axes.</summary>
    public string SizeOf(string value, int axis) => Node("Gather", [Node("Shape", [value]), Integer(axis)]);

    /// <summary>Changes the element type.</summary>
    public string Cast(string value, OnnxType type) => Node("Cast", [value], ("to", (long)type));

    /// <summary>
    /// Writes the model whole or not at all, and beside it <c>NAME.data</c> where the weights are too large for one message.
    /// </summary>
    /// <param name="path">The <c>.onnx</c>.</param>
    /// <param name="dataName">Name of the file beside it.</param>
    /// <param name="mostInlineBytes">How large the weights may be for that.</param>
    /// <exception cref="UserException">The disk is full or the folder cannot be written.</exception>
    public void Write(string path, string dataName, long mostInlineBytes)
    {
        var outside = _weights.Sum(w => (long)w.Bytes.Length) > mostInlineBytes;
        var graph = new OnnxMessage();
        _nodes.ForEach(node => graph.Add(1, node));
        graph.Add(2, "hubert");
        if (outside)
            AtomicFile.Write(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, dataName),
                stream => WriteOutside(stream, graph, dataName));
        foreach (var (weight, type, shape, bytes) in _weights.Where(w => !outside || w.Bytes.Length < LeastOutsideBytes))
            graph.Add(5, OnnxProto.Tensor(weight, type, shape).Add(9, bytes)); // initializer: raw_data
        _inputs.ForEach(input => graph.Add(11, input));
        _outputs.ForEach(output => graph.Add(12, output));
        var model = new OnnxMessage()
            .Add(1, IrVersion)
            .Add(2, "HubertSharp") // producer_name
            .Add(3, typeof(OnnxGraph).Assembly.GetName().Version?.ToString(3) ?? "")
            .Add(7, graph)
            .Add(8, new OnnxMessage().Add(1, "").Add(2, OperatorSet)); // opset_import
        foreach (var (key, value) in Metadata)
            model.Add(14, OnnxProto.Entry(key, value));
        AtomicFile.Write(path, model.WriteTo);
    }

    private void WriteOutside(FileStream stream, OnnxMessage graph, string dataName)
    {
        const int Alignment = 4096; // so that they can be mapped
        foreach (var (name, type, shape, bytes) in _weights.Where(w => w.Bytes.Length >= LeastOutsideBytes))
        {
            stream.Position = (stream.Position + Alignment - 1) / Alignment * Alignment;
            graph.Add(5, OnnxProto.Tensor(name, type, shape)
                .Add(13, OnnxProto.Entry("location", dataName))
                .Add(13, OnnxProto.Entry("offset", $"{stream.Position}"))
                .Add(13, OnnxProto.Entry("length", $"{bytes.Length}"))
                .Add(14, 1)); // data_location: external
            stream.Write(bytes.Span);
        }
    }

    private string Constant(string name, OnnxType type, long[] shape, byte[] bytes)
    {
        if (_constants.TryAdd(name, name))
            Weight(name, type, shape, bytes);
        return name;
    }
}
