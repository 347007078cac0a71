using HubertSharp.Interop;
using HubertSharp.Interop.Fairseq;
using HubertSharp.Interop.Native;
using HubertSharp.Runs.PyTorch;
using HubertSharp.Tests.Models;
using HubertSharp.Training;
using HubertSharp.Training.Checkpoints;

namespace HubertSharp.Tests.Interop.Fairseq;

/// <summary>Where a training stands goes with its model into a <c>.pt</c>: fairseq goes on with the data from there.</summary>
public sealed class TrainingPlaceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(3, 3, "[2, 4]", 3, 12)] // the last frequency holds for the epochs behind it
    [InlineData(1, 5, "[2, 4]", 1, 10)]
    [InlineData(2, 0, "[1]", 3, 0)] // behind an epoch's last update
    public void A_run_tells_epoch_place_and_time(int epoch, int updates, string frequency, int expectedEpoch, long expectedBatches)
    {
        NativeWriter.Write(_folder.At("native"), Model());
        CheckpointStateFile.Write(_folder.At("native"), new CheckpointState
        {
            Update = 17,
            Epoch = epoch,
            OptimizerSteps = 16,
            SkippedUpdates = 1,
            TrainingSeconds = 123.5,
            Fingerprint = new RunFingerprint(
                new Dictionary<string, string> { ["optimization.update_freq"] = frequency }, new Dictionary<string, string>(),
                new Dictionary<string, string>()),
            Interval = new Dictionary<string, double[]>(),
            EpochSoFar = updates == 0
                ? new Dictionary<string, double[]>()
                : new Dictionary<string, double[]> { ["gnorm"] = [1.5 * updates, updates] },
            Reason = "interval",
            Files = new Dictionary<string, string> { ["model.safetensors"] = new('0', 64) },
        });
        FairseqWriter.Write(_folder.At("x.pt"), ModelReader.Read(_folder.At("native")));
        using (var file = TorchFile.Open(_folder.At("x.pt"), FairseqClasses.Names))
        {
            var extra = PlainValue.Item(file.Root, "extra_state");
            var iterator = PlainValue.Item(extra, "train_iterator");
            Assert.Equal(((object)(long)expectedEpoch, (object)expectedBatches, (object)123.5),
                (PlainValue.Item(iterator, "epoch")!, PlainValue.Item(iterator, "iterations_in_epoch")!,
                    PlainValue.Item(extra, "previous_training_time")!));
        }
        var read = ModelReader.Read(_folder.At("x.pt")).Training!;
        Assert.Equal((17, expectedEpoch, expectedBatches, 123.5), (read.Updates, read.Epoch, read.IterationsInEpoch, read.Seconds));
    }

    /// <summary>fairseq's own checkpoint, there and back.</summary>
    [Fact]
    public void A_checkpoint_of_fairseq_keeps_them()
    {
        var path = Path.Combine(Fixtures.RepositoryRoot(), "tests", "fixtures", "hubert_tiny_base", "checkpoint_last.pt");
        using var file = TorchFile.Open(path, FairseqClasses.Names);
        var iterator = PlainValue.Item(PlainValue.Item(file.Root, "extra_state"), "train_iterator");
        var source = ModelReader.Read(path);
        Assert.Equal(PlainValue.Item(iterator, "epoch") ?? 1L, (long)source.Training!.Epoch);
        Assert.Equal(PlainValue.Item(iterator, "iterations_in_epoch") ?? 0L, source.Training.IterationsInEpoch);
        FairseqWriter.Write(_folder.At("x.pt"), source);
        var read = ModelReader.Read(_folder.At("x.pt")).Training!;
        Assert.Equal((source.Training.Epoch, source.Training.IterationsInEpoch, source.Training.Seconds),
            (read.Epoch, read.IterationsInEpoch, read.Seconds));
    }

    public void Dispose() => _folder.Dispose();

    private static PortableModel Model() =>
        ModelReader.Read(Directory.GetFiles(Fixtures.At(TinyModel.Names().First().Data), "checkpoint_init*.pt")[0]);
}
