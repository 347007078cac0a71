namespace HubertSharp.Evaluation.Abx;

/// <summary>Items of one phone by one speaker in one context: a range of the sorted items.</summary>
/// <param name="Context">Number of the context.</param>
/// <param name="Speaker">Number of the speaker.</param>
/// <param name="Phone">Number of the phone.</param>
/// <param name="Room">Number of the room that it lies in.</param>
/// <param name="Start">First item.</param>
/// <param name="Count">Items.</param>
internal readonly record struct AbxGroup(int Context, int Speaker, int Phone, int Room, int Start, int Count);

/// <summary>All that one speaker says in one context: the groups among which A and B are found.</summary>
/// <param name="FirstGroup">Its first group.</param>
/// <param name="Groups">Groups, one per phone.</param>
internal readonly record struct AbxRoom(int FirstGroup, int Groups);

/// <summary>One X group against one room: a cell for each phone of the room but A's.</summary>
/// <param name="X">The group that X is taken from.</param>
/// <param name="A">The group of the room that A is taken from; the same group within a speaker.</param>
/// <param name="FirstCell">Number of its first cell.</param>
internal readonly record struct AbxBlock(int X, int A, int FirstCell)
{
    public bool IsWithin => X == A;
}
