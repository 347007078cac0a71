using HubertSharp.Runs.PyTorch;

namespace HubertSharp.Interop.Fairseq;

/// <summary>
/// DistilHuBERT as s3prl's pre-training saves it: weights under <c>Distiller</c> by fairseq's names, settings under
/// <c>Config.distiller</c>. It is a HuBERT without a layer norm before the projection, whose output heads (one per layer of its teacher)
/// are left out.
/// </summary>
internal static class DistillerCheckpoint
{
    private const string Weights = "Distiller", Root = "Config", Group = "distiller";

    public static bool IsOne(TorchFile file) => PlainValue.Map(PlainValue.Item(file.Root, Weights)) is not null;

    /// <summary>The settings under fairseq's keys; null for other checkpoints.</summary>
    /// <exception cref="Runs.UserException">Settings that change what the encoder hears.</exception>
    public static FairseqSettings? Settings(TorchFile file)
    {
        if (!IsOne(file))
            return null;
        if (PlainValue.Of(file.Path, PlainValue.Item(PlainValue.Item(file.Root, Root), Group)) is not Dictionary<string, object?> found)
            throw InteropFaults.NoSettings(file.Path);
        Must(file.Path, found, "attention_type", "original");
        // the others add to the encoder's input what belongs to one of the heads
        Must(file.Path, found, "task_emb_type", "expand-last", "none", "self-hidden", "concat-last");
        var model = new Dictionary<string, object?>(found) { ["feat_proj_layer_norm"] = false, ["label_rate"] = null };
        model.TryAdd("encoder_layers", 1L); // s3prl's default
        if (found.GetValueOrDefault("extractor_conv_feature_layers") is { } layers)
            model["conv_feature_layers"] = layers;
        model.Remove("final_dim"); // of the heads
        return FairseqSettings.Of(file.Path, model, []);
    }

    /// <summary>Whether a tensor belongs to the heads.</summary>
    public static bool IsHead(string name) =>
        name.StartsWith("output_layer.", StringComparison.Ordinal) || name.StartsWith("task_embedding.", StringComparison.Ordinal);

    /// <summary>The encoder's tensors.</summary>
    public static Dictionary<string, TorchTensor> Tensors(TorchFile file, List<string> notices)
    {
        var tensors = new Dictionary<string, TorchTensor>(StringComparer.Ordinal);
        var heads = 0;
        foreach (var (key, value) in PlainValue.Map(PlainValue.Item(file.Root, Weights))!.Pairs)
        {
            if (key is not string name || value is not TorchTensor tensor)
                continue;
            if (IsHead(name))
                heads++;
            else
                tensors[name] = tensor;
        }
        if (heads > 0)
            notices.Add($"{file.Path}: {heads} tensors of the heads that predict the teacher's layers are left out");
        return tensors.Count > 0 ? tensors : throw InteropFaults.NoWeights(file.Path);
    }

    private static void Must(string path, Dictionary<string, object?> found, string key, params string[] known)
    {
        if (found.GetValueOrDefault(key) is { } value && !known.Contains(value as string))
            throw InteropFaults.Setting(path, $"{Root}.{Group}.{key}", string.Join(", ", known), $"{value}");
    }
}
