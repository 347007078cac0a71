using System.Text;
using HubertSharp.Interop;
using HubertSharp.Interop.Onnx;
using HubertSharp.Runs.Doctor.Logs.TensorBoard;
using HubertSharp.Tests.Models;

namespace HubertSharp.Tests.Onnx;

/// <summary>
/// ONNX Runtime 1.23 turns a product of matrices with a transposition before it into an operator that it has for float32 alone, so in
/// double precision no graph may have one. What it does with our graphs can only be seen in that version; what it trips over is seen here.
/// </summary>
public sealed class OnnxPrecisionTests : IDisposable
{
    private const ulong Float64 = 11;

    private readonly TemporaryFolder _folder = new();

    public static IEnumerable<TheoryDataRow<string>> Names() => TinyModel.Names();

    [Theory, MemberData(nameof(Names))]
    public void Double_precision_is_only_added_and_multiplied(string name)
    {
        var source = ModelReader.Read(Directory.GetFiles(Fixtures.At(name), "checkpoint_init*.pt")[0]);
        var operators = new HashSet<string>(StringComparer.Ordinal);
        foreach (var int8 in new[] { false, true })
        {
            OnnxExporter.Write(_folder.At("x.onnx"), "x.onnx.data", source, new OnnxExportOptions { Int8 = int8 });
            operators.UnionWith(OperatorsInDouble(File.ReadAllBytes(_folder.At("x.onnx"))));
        }
        Assert.Equal(source.Description.Model.ExtractorMode == "default", operators.Contains("ReduceSum"));
        Assert.Empty(operators.Except(
            ["Add", "Sub", "Mul", "Div", "Sqrt", "ReduceSum", "ReduceMean", "Slice", "Concat", "Reshape", "Cast"]));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Operators that take or give float64: nodes run in the order in which they stand.</summary>
    private static HashSet<string> OperatorsInDouble(byte[] model)
    {
        var graph = Parts(model, 7).Single();
        var doubles = Parts(graph, 5).Where(weight => Number(weight, 2) == Float64).Select(weight => Texts(weight, 8).Single()).ToHashSet();
        var operators = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in Parts(graph, 1))
        {
            var kind = Texts(node, 4).Single();
            var takes = Texts(node, 1).Any(doubles.Contains);
            var gives = kind == "Cast" ? Number(Parts(node, 5).Single(), 3) == Float64 : takes;
            if (takes || gives)
                operators.Add(kind);
            if (gives)
                doubles.UnionWith(Texts(node, 2));
        }
        return operators;
    }

    private static List<byte[]> Parts(byte[] message, int field)
    {
        var parts = new List<byte[]>();
        var fields = new ProtoFields(message);
        while (fields.MoveNext())
        {
            if (fields.Field == field)
                parts.Add(fields.Bytes.ToArray());
        }
        return parts;
    }

    private static IEnumerable<string> Texts(byte[] message, int field) => Parts(message, field).Select(Encoding.UTF8.GetString);

    private static ulong Number(byte[] message, int field)
    {
        var fields = new ProtoFields(message);
        while (fields.MoveNext())
        {
            if (fields.Field == field)
                return fields.Number;
        }
        return 0;
    }
}
