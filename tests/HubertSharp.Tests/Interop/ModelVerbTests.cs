using HubertSharp.Clustering;
using HubertSharp.Evaluation.Probe;
using HubertSharp.Features;
using HubertSharp.Features.Hubert;
using HubertSharp.Interop;
using HubertSharp.Tensors;
using HubertSharp.Tests.Models;

namespace HubertSharp.Tests.Interop;

/// <summary>Wherever a model is taken, each of its forms is.</summary>
public sealed class ModelVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Dumps_of_every_form_are_the_same_features_to_a_kmeans_model()
    {
        var name = TinyModel.Names().First().Data;
        var fixture = Fixtures.At(name);
        var lines = File.ReadAllLines(Path.Combine(fixture, "train.tsv"));
        lines[0] = Path.Combine(fixture, "wav");
        File.WriteAllLines(_folder.At("train.tsv"), lines);
        var checkpoint = Directory.GetFiles(fixture, "checkpoint_init*.pt")[0];
        ModelConverter.Run(new ConversionOptions { Input = checkpoint, Output = _folder.At("native"), Format = ModelFormat.Native });
        string[] forms = [checkpoint, _folder.At("native"), Directory.GetDirectories(fixture, "hf*")[0]];
        var readers = forms.Select((form, i) =>
        {
            HubertDump.Run(new HubertDumpOptions
            {
                ManifestPath = _folder.At("train.tsv"),
                OutputFolder = _folder.At($"dump{i}"),
                ModelPath = form,
                Layers = [2],
            });
            return FeatureDumpReader.Open(_folder.At($"dump{i}"), "train");
        }).ToList();
        var kmeans = new KMeansModel([.. readers[0].ReadUtterance(0).Take(3 * readers[0].Dimensions)], readers[0].Dimensions)
        {
            Features = readers[0].Description,
        };
        foreach (var reader in readers)
        {
            Assert.Null(kmeans.CheckFits("km", reader.Description, reader.Dimensions, "dump"));
            for (var i = 0; i < reader.Utterances; i++)
                Assert.Equal(readers[0].ReadUtterance(i), reader.ReadUtterance(i));
        }
        readers.ForEach(reader => reader.Dispose());

        // evaluations open them by the same door
        foreach (var form in forms)
        {
            using var source = HubertSource.Trained(new ModelSpec(form, [1]), ComputePrecision.Float32);
            Assert.Single(source.Sets);
            using var untrained = HubertSource.Untrained(new ModelSpec(form, [1]), ComputePrecision.Float32, 1);
            Assert.Equal(source.Sets[0].Dimensions, untrained.Sets[0].Dimensions);
        }
    }

    public void Dispose() => _folder.Dispose();
}
