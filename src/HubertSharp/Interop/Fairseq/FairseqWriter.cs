using HubertSharp.Models;
using HubertSharp.Models.Ctc;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Runs.Labels;
using HubertSharp.Runs.PyTorch;

namespace HubertSharp.Interop.Fairseq;

/// <summary>
/// Writes a <c>.pt</c> that fairseq and <c>torch.load(weights_only=True)</c> take: settings as plain dictionaries, with the keys that
/// every version of fairseq's HuBERT knows. The dictionaries lie beside it as <c>dict.LABEL.txt</c>, because a <c>Dictionary</c> object in
/// the file is what newer versions of PyTorch refuse. No folder of this machine is in it: <c>task.label_dir</c> is the current folder.
/// </summary>
internal static class FairseqWriter
{
    private const string HubertPrefix = "w2v_encoder.w2v_model.", HeadPrefix = "w2v_encoder.proj.";

    /// <param name="path">The <c>.pt</c>.</param>
    /// <param name="portable">The model.</param>
    /// <param name="dictionaryObjects">Put the dictionaries into the file as fairseq itself does, which <c>weights_only=True</c>
    /// refuses.</param>
    /// <param name="force">Replace dictionaries beside it that are others.</param>
    /// <param name="place">Where it will be moved with its dictionaries; without one it stays where it is written.</param>
    /// <exception cref="Runs.UserException">The disk is full, the folder cannot be written, or fairseq has no such model.</exception>
    public static void Write(string path, PortableModel portable, bool dictionaryObjects = false, bool force = false, string? place = null)
    {
        var model = portable.Description.Model;
        if (model.Frontend != Frontends.Waveform)
            throw InteropFaults.NoSuchKey(portable.Path, "fairseq", "frontend", model.Frontend, "'native' or 'onnx'");
        if (model.PredictionHead != PredictionHeads.Cosine && portable.HasPredictionHead)
            throw InteropFaults.NoSuchKey(portable.Path, "fairseq", "prediction_head", model.PredictionHead,
                "'huggingface', 'native' or 'onnx'");
        if (HubertParameters.HeadLayers(model).Count > 1 && portable.HasPredictionHead)
            throw InteropFaults.NoSuchKey(portable.Path, "fairseq", "predict_layers", $"[{string.Join(", ", model.PredictLayers!)}]",
                "'huggingface', 'native' or 'onnx'");
        if (!model.FeatProjLayerNorm)
            throw InteropFaults.NoSuchModel(portable.Path, "fairseq", "a layer norm before the projection");
        var folder = Path.GetDirectoryName(Path.GetFullPath(place ?? path))!;
        var dictionaries = Dictionaries(portable);
        if (dictionaries.SelectMany(d => d.Dictionary.Symbols)
            .FirstOrDefault(symbol => symbol.Length == 0 || symbol.Any(char.IsWhiteSpace)) is { } bad)
            throw InteropFaults.Symbol(portable.Path, bad);
        foreach (var (label, dictionary) in dictionaries)
        {
            var beside = Path.Combine(folder, $"dict.{label}.txt");
            var isSame = File.Exists(beside) && LabelDictionary.Read(beside).Symbols.SequenceEqual(dictionary.Symbols);
            if (File.Exists(beside) && !isSame && !force)
                throw InteropFaults.OtherDictionary(beside);
            var written = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, $"dict.{label}.txt");
            if (!isSame)
                dictionary.Write(written);
            else if (written != beside)
                File.Copy(beside, written); // the counts in it stay
        }
        var root = new OrderedDictionary<string, object?>
        {
            ["args"] = null,
            ["cfg"] = FairseqCfg.Of(portable, [.. dictionaries.Select(d => d.Label)]),
            ["model"] = Weights(portable),
            ["criterion"] = null,
            ["optimizer_history"] = FairseqState.History(portable),
            ["task_state"] = dictionaryObjects
                ? FairseqState.Dictionaries(portable, dictionaries.ConvertAll(d => d.Dictionary))
                : new Dictionary<string, object?>(),
            ["extra_state"] = new OrderedDictionary<string, object?>
            {
                ["metrics"] = new Dictionary<string, object?>(),
                ["train_iterator"] = new OrderedDictionary<string, object?>
                {
                    ["version"] = 2,
                    ["epoch"] = portable.Training?.Epoch ?? 1,
                    ["iterations_in_epoch"] = portable.Training?.IterationsInEpoch ?? 0,
                    ["shuffle"] = true,
                },
                ["val_loss"] = null,
                ["previous_training_time"] = portable.Training?.Seconds ?? 0,
            },
            ["last_optimizer_state"] = FairseqState.Optimizer(portable),
        };
        TorchWriter.Write(path, root);
    }

    private static OrderedDictionary<string, object?> Weights(PortableModel portable)
    {
        var weights = new OrderedDictionary<string, object?>();
        foreach (var (name, tensor) in portable.Weights.Concat(portable.Buffers))
        {
            if (portable.Ctc is null)
                weights[name] = tensor;
            else if (!FairseqReader.IsPredictionHead(name))
                weights[HubertPrefix + name] = tensor;
        }
        if (portable.Ctc is { } head)
        {
            // fairseq makes this of the dictionary that w2v_args names, here the fine-tuned model's own, and computes nothing with it
            long[] shape = [head.Tokens.Count, HubertParameters.FinalDim(portable.Description.Model)];
            weights[HubertPrefix + "label_embs_concat"] =
                SafetensorsTensor.Create("label_embs_concat", shape, new float[shape[0] * shape[1]]);
            weights[HeadPrefix + "weight"] = head.Weight;
            weights[HeadPrefix + "bias"] = head.Bias;
        }
        return weights;
    }

    private static List<(string Label, LabelDictionary Dictionary)> Dictionaries(PortableModel portable)
    {
        if (portable.Ctc is { } head)
        {
            var symbols = CtcTokens.ToFairseq(head.Tokens);
            if (head.Blank != 0 || !symbols.Take(4).SequenceEqual(new LabelDictionary([]).Symbols))
                throw InteropFaults.CtcLayout(portable.Path, "fairseq needs the blank, <s>, </s> and <unk> as its first outputs");
            return [(FairseqCfg.CtcLabel, new LabelDictionary(symbols.Skip(4).Select(symbol => (symbol, 1L))))];
        }
        var labels = portable.Description.Task.Labels;
        return [.. portable.Description.Classes.Select((count, set) => (
            set < labels.Count && IsFileName(labels[set]) ? labels[set] : $"km{set}",
            new LabelDictionary(portable.Dictionaries is { } known
                ? known[set].Skip(4).Select(symbol => (symbol, 1L))
                : Enumerable.Range(0, Math.Max(0, count - 4)).Select(cluster => ($"{cluster}", 1L)))))];
    }

    /// <summary>Labels come from the checkpoint, and become part of a file's name.</summary>
    private static bool IsFileName(string label) =>
        label.Length is > 0 and <= 64 && label == Path.GetFileName(label) && !label.Any(char.IsControl);
}
