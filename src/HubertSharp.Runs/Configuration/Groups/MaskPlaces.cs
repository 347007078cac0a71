namespace HubertSharp.Runs.Configuration.Groups;

/// <summary>The places that <c>model.mask_place</c> names.</summary>
public static class MaskPlaces
{
    /// <summary>Behind the front end.</summary>
    public const string Projection = "projection";

    /// <summary>What the front end reads.</summary>
    public const string Input = "input";
}
