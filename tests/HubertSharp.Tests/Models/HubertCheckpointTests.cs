using HubertSharp.Models;
using HubertSharp.Runs;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Tensors;
using HubertSharp.Tests.Tensors;
using TorchSharp;

namespace HubertSharp.Tests.Models;

public class HubertCheckpointTests
{
    private static readonly ModelConfig Config = new()
    {
        LabelRate = 50,
        ConvFeatureLayers = ConvLayerSpec.Parse("[(16,10,5)] + [(16,3,2)] * 4 + [(16,2,2)] * 2"),
        EncoderLayers = 1,
        EncoderEmbedDim = 12,
        EncoderFfnEmbedDim = 16,
        EncoderAttentionHeads = 2,
        ConvPos = 4,
        ConvPosGroups = 2,
        FinalDim = 6,
    };

    [Fact]
    public void A_checkpoint_folder_gives_the_same_model()
    {
        using var folder = new TemporaryFolder();
        using var model = new HubertModel(Config, new TaskConfig { Labels = ["km"], LabelRate = 50, Normalize = true }, [9],
            ComputePrecision.Float32);
        model.Initialise(4);
        HubertCheckpoint.Write(folder.FullName, model);
        using var read = HubertModel.FromCheckpointFolder(folder.FullName, ComputePrecision.Float32);
        Assert.Equal(model.Describe().Model.ConvFeatureLayers, read.Config.ConvFeatureLayers);
        Assert.Equal(model.Config with { ConvFeatureLayers = read.Config.ConvFeatureLayers }, read.Config);
        Assert.True(read.Task.Normalize);
        Assert.Equal([9], read.ClassesPerLabelSet);
        using var scope = torch.NewDisposeScope();
        var samples = Enumerable.Range(0, 4000).Select(i => MathF.Sin(i * 0.1f)).ToArray();
        Assert.Equal(TensorAssert.Values(model.ExtractFeatures(samples)), TensorAssert.Values(read.ExtractFeatures(samples)));
    }

    [Fact]
    public void Faults_name_file_and_cause()
    {
        using var folder = new TemporaryFolder();
        string Message() =>
            Assert.Throws<UserException>(() => HubertModel.FromCheckpointFolder(folder.FullName, ComputePrecision.Float32)).Message;

        Assert.Equal(
            $"{folder.FullName}: not a checkpoint folder: no model.safetensors; give a folder like RUN/checkpoints/update_000010000",
            Message());
        using var model = new HubertModel(Config, new TaskConfig { Labels = ["km"] }, [9], ComputePrecision.Float32);
        ParameterFile.Write(folder.At("model.safetensors"), model.Parameters);
        Assert.Equal(
            $"{folder.FullName}: not a checkpoint folder: no model.json; give a folder like RUN/checkpoints/update_000010000", Message());
        (model.Describe() with { Classes = [11] }).Write(folder.At("model.json"));
        Assert.Equal(
            $"{folder.At("model.safetensors")}: tensor 'label_embs_concat' has another shape (expected [11, 6], found [9, 6]); "
            + $"the file belongs to a model of another size", Message());
        (model.Describe() with { Model = Config with { EncoderLayers = 2_000_000_000 } }).Write(folder.At("model.json"));
        Assert.Contains("model.encoder_layers is 2000000000, not 1 to 1024", Message(), StringComparison.Ordinal);
        File.WriteAllText(folder.At("model.json"), "{}");
        Assert.Contains("'model', 'task' or 'classes' is missing", Message(), StringComparison.Ordinal);
        File.WriteAllText(folder.At("model.json"), "{\"model\": 3");
        Assert.Contains("damaged model description", Message(), StringComparison.Ordinal);
        model.Describe().Write(folder.At("model.json"));
        var tensors = SafetensorsFile.Read(folder.At("model.safetensors")).Tensors;
        SafetensorsFile.Write(folder.At("model.safetensors"), tensors.Skip(1));
        Assert.Contains("no tensor 'mask_emb'", Message(), StringComparison.Ordinal);
        SafetensorsFile.Write(folder.At("model.safetensors"), tensors.Append(SafetensorsTensor.Create("extra", [1], [1f])));
        Assert.Contains("the model has no parameter 'extra'", Message(), StringComparison.Ordinal);
    }
}
