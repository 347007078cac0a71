namespace HubertSharp.Onnx;

/// <summary>What an exported model gives.</summary>
public enum OnnxModelKind
{
    /// <summary>Hidden layers.</summary>
    Encoder,

    /// <summary>The nearest centroid of each frame.</summary>
    Units,

    /// <summary>Scores of tokens for CTC.</summary>
    Ctc,
}
