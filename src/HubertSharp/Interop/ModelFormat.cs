namespace HubertSharp.Interop;

/// <summary>The forms in which a model lies on disk.</summary>
public enum ModelFormat
{
    /// <summary>A checkpoint folder of ours: <c>model.safetensors</c> and <c>model.json</c>.</summary>
    Native,

    /// <summary>A <c>.pt</c> file of fairseq.</summary>
    Fairseq,

    /// <summary>A folder of transformers: <c>config.json</c> and <c>model.safetensors</c> or <c>pytorch_model.bin</c>.</summary>
    HuggingFace,

    /// <summary>An ONNX graph, written but not read back.</summary>
    Onnx,
}
