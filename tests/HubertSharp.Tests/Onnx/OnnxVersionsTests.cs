using System.Diagnostics;
using System.Runtime.InteropServices;
using HubertSharp.Interop;
using HubertSharp.Interop.Onnx;
using HubertSharp.Onnx;
using HubertSharp.Tests.Models;
using HubertSharp.Tests.Models.Ctc;
using HubertSharp.Tests.Tensors;

namespace HubertSharp.Tests.Onnx;

/// <summary>
/// Every kind of export, group norm and layer norm, loads with default options in the oldest ONNX Runtime that can be had as a package,
/// and gives what the one in use gives.
/// </summary>
public sealed class OnnxVersionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_older_version_loads_every_kind_of_export_and_agrees()
    {
        var models = Export().ToList();
        var clip = TestClip.Create(seconds: 2);
        File.WriteAllBytes(_folder.At("clip"), MemoryMarshal.AsBytes<float>(clip).ToArray());
        var older = Run([_folder.At("clip"), .. models]);
        Assert.Matches(@"^1\.\d+\.\d+$", older);
        Assert.NotEqual(Microsoft.ML.OnnxRuntime.OrtEnv.Instance().GetVersionString(), older);
        foreach (var path in models)
        {
            using var model = OnnxHubert.Open(path);
            string Written(string name) => $"{path}.{name}.out";
            switch (model.Info.Kind)
            {
                case OnnxModelKind.Units:
                    var units = MemoryMarshal.Cast<byte, long>(File.ReadAllBytes(Written("units"))).ToArray();
                    var now = model.RunBatch<long>(clip, [clip.Length], ["units"])[0];
                    Assert.Equal(now.Length, units.Length);
                    Assert.InRange(now.Zip(units).Count(pair => pair.First != pair.Second), 0, 2); // ties of rounding
                    break;
                case var kind:
                    var name = kind == OnnxModelKind.Ctc ? "logits" : $"layer_{model.Info.Layers[^1]}";
                    TensorAssert.Near(model.RunBatch<float>(clip, [clip.Length], [name])[0],
                        MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Written(name))).ToArray(),
                        model.Info.Precision == "int8" ? 0.05 : 1e-4, path);
                    break;
            }
        }
    }

    private IEnumerable<string> Export()
    {
        foreach (var name in TinyModel.Names().Select(row => row.Data))
        {
            var source = ModelReader.Read(Directory.GetFiles(Fixtures.At(name), "checkpoint_init*.pt")[0]);
            var width = source.Description.Model.EncoderEmbedDim;
            yield return Write($"{name}.onnx", source, new OnnxExportOptions());
            yield return Write($"{name}-int8.onnx", source, new OnnxExportOptions { Int8 = true });
            yield return Write($"{name}-units.onnx", source, new OnnxExportOptions
            {
                Layers = [1],
                Centroids = [.. Enumerable.Range(0, 7 * width).Select(i => MathF.Sin(i))],
            });
        }
        foreach (var name in CtcGoldenTests.Folders().Select(row => row.Data))
            yield return Write($"{name}.onnx", ModelReader.Read(Fixtures.At(name)), new OnnxExportOptions());
    }

    private string Write(string name, PortableModel source, OnnxExportOptions options)
    {
        var path = _folder.At(name.Replace('/', '-'));
        OnnxExporter.Write(path, $"{name}.data", source, options);
        return path;
    }

    private static string Run(string[] arguments)
    {
        var program = Path.Combine(Fixtures.RepositoryRoot(), "tests", "OlderOnnxRuntime", "bin", "Release", "net10.0",
            "OlderOnnxRuntime.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{output.Result}{error.Result}");
        return output.Result.Trim();
    }
}
