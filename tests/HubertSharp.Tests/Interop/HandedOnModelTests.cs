using System.Text;
using HubertSharp.Cli;
using HubertSharp.Interop;
using HubertSharp.Models;

namespace HubertSharp.Tests.Interop;

/// <summary>A model that is handed on does not tell where its maker's files lie.</summary>
[Trait("Part", "golden")]
public sealed class HandedOnModelTests : IDisposable
{
    private const string Home = "/home/the-maker";
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Models() =>
        new(Path.Combine(Fixtures.At("hubert_tiny_base"), "checkpoint_last.pt"), Fixtures.At("ctc"));

    [Theory, MemberData(nameof(Models))]
    public async Task No_form_of_it_names_a_folder_of_the_machine_that_wrote_it(string model)
    {
        ModelConverter.Run(new ConversionOptions { Input = model, Output = _folder.At("in"), Format = ModelFormat.Native });
        var description = ModelDescription.Read(_folder.At("in", ModelDescription.FileName));
        (description with { Task = description.Task with { Data = $"{Home}/data", LabelDir = $"{Home}/labels" } })
            .Write(_folder.At("in", ModelDescription.FileName));

        Directory.CreateDirectory(_folder.At("out"));
        foreach (var (format, name) in new[]
        {
            (ModelFormat.Native, "native"), (ModelFormat.HuggingFace, "hf"), (ModelFormat.Fairseq, "x.pt"),
        })
            ModelConverter.Run(new ConversionOptions { Input = _folder.At("in"), Output = _folder.At("out", name), Format = format });
        ModelConverter.Run(new ConversionOptions
        {
            Input = _folder.At("in"),
            Output = _folder.At("out", "objects", "y.pt"),
            Format = ModelFormat.Fairseq,
            DictionaryObjects = true,
        });
        var code = await CommandHost.RunAsync(HubertSharp.Cli.Program.CreateRoot(),
            ["convert", _folder.At("in"), _folder.At("out", "x.onnx"), "--to", "onnx"], TextWriter.Null);
        Assert.Equal(CommandHost.Done, code);

        var files = Directory.GetFiles(_folder.At("out"), "*", SearchOption.AllDirectories);
        Assert.True(files.Length > 8);
        foreach (var file in files)
        {
            var bytes = File.ReadAllBytes(file);
            foreach (var place in new[] { Home, _folder.FullName, AppContext.BaseDirectory, Fixtures.Folder })
                Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(place)) < 0, $"{file} names {place}");
        }
        Assert.NotEmpty(ModelReader.Read(_folder.At("out", "x.pt")).Weights);
    }

    public void Dispose() => _folder.Dispose();
}
